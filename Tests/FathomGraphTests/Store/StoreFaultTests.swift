import FathomCore
import FathomGraph
import FathomTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The store on disks that fail.
struct StoreFaultTests {
    /// Fails the first calls of one kind.
    private final class Fault: Sendable {
        let call: StoreDisk.Call
        let reason: Int32
        let times: Int
        let count = Atomic(0)

        init(_ call: StoreDisk.Call, _ reason: Int32, times: Int) {
            self.call = call
            self.reason = reason
            self.times = times
        }

        func callAsFunction(_ call: StoreDisk.Call, _ path: String) -> Int32 {
            guard call == self.call, path.contains("/objects/") || path.contains("/temporary/") else { return 0 }
            return count.wrappingAdd(1, ordering: .relaxed).newValue <= times ? reason : 0
        }
    }

    @Test(arguments: [StoreDisk.Call.open, .write, .sync, .place, .read], [EIO, ESTALE, EAGAIN, ETIMEDOUT, EINTR])
    func whatPassesIsTriedAgain(call: StoreDisk.Call, reason: Int32) throws {
        let test = try TestStore()
        let fault = Fault(call, reason, times: 3)
        let store = try ContentStore.open(test.path, fault: { fault($0, $1) })
        let bytes = [UInt8](repeating: 3, count: 100_000)
        let reference = try store.put(bytes)
        #expect(try store.object(reference).array == bytes)
        #expect(fault.count.load(ordering: .relaxed) > 3)
        #expect(try store.verify() == StoreVerification(objects: 1, bytes: 100_000))
        #expect(try test.temporaries().isEmpty)
    }

    @Test(arguments: [StoreDisk.Call.write, .sync, .place]) func aFullDiskLeavesNothingBehind(call: StoreDisk.Call) throws {
        let test = try TestStore()
        for (reason, tries) in [(ENOSPC, 1), (EDQUOT, 1), (EIO, 5)] {
            let fault = Fault(call, reason, times: .max)
            let store = try ContentStore.open(test.path, fault: { fault($0, $1) })
            let error = #expect(throws: FathomError.self) { try store.put([1, 2, 3]) }
            #expect(error?.code == .io)
            #expect((error?.remedy == "free some space and run again") == (reason != EIO))
            #expect(fault.count.load(ordering: .relaxed) == tries)
            #expect(try test.temporaries().isEmpty)
        }
        #expect(try test.store.verify() == StoreVerification())
    }

    /// A file system of one megabyte.
    private final class SmallDisk {
        let folder: TemporaryFolder

        /// - Returns: nil where mounting is not allowed.
        init?() throws {
            folder = try TemporaryFolder()
            let mount = try ChildProcess("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path]).wait()
            if mount.status != 0 { return nil }
        }

        deinit { _ = try? ChildProcess("/bin/umount", ["-l", folder.path]).wait() }

        static let exists = (try? SmallDisk()) != nil
    }

    @Test(.enabled(if: SmallDisk.exists, "mounting needs root"))
    func aDiskThatFillsUpKeepsASoundStore() throws {
        let disk = try #require(try SmallDisk())
        let store = try ContentStore(path: disk.folder.path)
        #expect(try #require(store.freeBytes) <= 1 << 20)
        var stored = 0
        let error = #expect(throws: FathomError.self) {
            for round in 0..<20 {
                let object = try store.put([UInt8](repeating: UInt8(round), count: 100_000))
                stored += 1
                #expect(try store.commit(StoreRecord("\(round)", parts: [object])))
            }
        }
        #expect(error?.code == .io && error?.remedy == "free some space and run again")
        #expect(stored > 4 && stored < 11)
        let found = try store.verify()
        #expect(found.damagedObjects == 0 && found.damagedRecords == 0 && found.objects == stored)
        #expect(try FileSystem.list(disk.folder.file("temporary")).isEmpty)
        // With space again, work goes on.
        #expect(try ChildProcess("/bin/mount", ["-o", "remount,size=4m", disk.folder.path]).wait().status == 0)
        let object = try store.put([UInt8](repeating: 19, count: 100_000))
        #expect(try store.commit(StoreRecord("19", parts: [object])))
    }
}
