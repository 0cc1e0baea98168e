import FathomCore
import FathomGraph
import FathomTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

struct StoreLeaseTests {
    private let test: TestStore
    private let key = Digest(of: "key")

    init() throws {
        test = try TestStore()
    }

    /// A lease of a process on another host, last renewed `age` seconds ago.
    private func writeForeignLease(_ key: Digest, age: Int) throws {
        let holder = LeaseHolder(
            host: "elsewhere", boot: "0", namespace: "pid:[1]", process: 1, started: 1, since: 0, nonce: "1")
        try TestStore.write(Array(holder.text.utf8), to: test.path(ofLease: key))
        try TestStore.age(test.path(ofLease: key), by: age)
    }

    private func acquire(_ store: ContentStore, _ key: Digest) throws -> StoreLease? {
        guard case .acquired(let lease) = try store.lease(key) else { return nil }
        return lease
    }

    @Test func oneHoldsALeaseUntilItIsReleased() throws {
        let other = try ContentStore(path: test.path)
        var lease = try acquire(test.store, key)
        #expect(lease?.isLost == false)
        guard case .held(let holder) = try other.lease(key) else {
            Issue.record("the lease was given twice")
            return
        }
        #expect(holder.process == Int(getpid()) && !holder.hasEnded)
        #expect(try acquire(test.store, key) == nil)
        lease?.release()
        lease = try acquire(other, key)
        #expect(lease != nil)
        lease = nil
        #expect(try FileSystem.list(test.folder.file("leases")) == [".lock"])
        #expect(try test.temporaries().isEmpty)
    }

    @Test func theLeaseOfAKilledProcessIsTakenOverAtOnce() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = test.path as String, key = "\(key)" as String] in
            let store = try ContentStore(path: path)
            guard case .acquired(let lease) = try store.lease(Digest(hexadecimal: key)!) else { exit(1) }
            withExtendedLifetime(lease) { _ = kill(getpid(), SIGKILL) }
        }
        #expect(FileSystem.kind(of: test.path(ofLease: key)) == .file)
        #expect(try acquire(test.store, key) != nil)
    }

    @Test func anotherHostsLeaseIsTakenOverOnlyWhenItHasExpired() throws {
        try writeForeignLease(key, age: 30)
        #expect(try acquire(test.store, key) == nil)
        try writeForeignLease(key, age: 90)
        #expect(try acquire(test.store, key) != nil)
        // A lease torn by a loss of power says nothing about a holder.
        let torn = Digest(of: "torn")
        try AtomicFile.write("{\"host\":", to: test.path(ofLease: torn))
        #expect(try acquire(test.store, torn) != nil)
    }

    @Test func ofManyTakersOneWins() throws {
        for round in 0..<20 {
            let key = Digest(of: "\(round)")
            try writeForeignLease(key, age: 90)
            let leases = Mutex<[StoreLease]>([])
            try onThreads(6) { _ in
                guard let lease = try acquire(ContentStore(path: test.path), key) else { return }
                leases.withLock { $0.append(lease) }
            }
            #expect(leases.withLock { $0.count } == 1, "round \(round)")
        }
    }

    @Test func aRenewedLeaseIsNotTakenOver() throws {
        let store = try ContentStore.open(test.path, timing: LeaseTiming(heartbeat: 0.01, expiry: 60))
        let lease = try #require(try acquire(store, key))
        let path = test.path(ofLease: key)
        try TestStore.age(path, by: 3600)
        var info = stat()
        try waitUntil("the renewal") { stat(path, &info) == 0 && info.st_mtim.tv_sec > time(nil) - 60 }
        #expect(try acquire(test.store, key) == nil)
        #expect(!lease.isLost)
    }

    @Test func whoeverLosesALeaseLeavesTheNewOneAlone() throws {
        let store = try ContentStore.open(test.path, timing: LeaseTiming(heartbeat: 0.01, expiry: 60))
        let lost = try #require(try acquire(store, key))
        // The holder seems to have been silent for an hour, unless it renews the lease in this very moment.
        var taken: StoreLease?
        try waitUntil("the takeover") {
            try TestStore.age(test.path(ofLease: key), by: 3600)
            taken = try acquire(test.store, key)
            return taken != nil
        }
        try waitUntil("the discovery") { lost.isLost }
        lost.release()
        #expect(try acquire(store, key) == nil)
        #expect(taken?.isLost == false)
    }

    @Test func aLeaseThatNobodyCanRenewIsNotTaken() throws {
        let isScarce = Atomic(true)
        let store = try ContentStore.open(
            test.path,
            startThread: { (body) throws(FathomError) in
                if isScarce.load(ordering: .relaxed) { throw FathomError(.temporary, "no further thread", remedy: "wait") }
                return try SystemThread(body)
            })
        let error = #expect(throws: FathomError.self) { try store.lease(key) }
        #expect(error?.code == .temporary && error?.remedy == "wait")
        #expect(error?.message == "no thread can renew the lease: no further thread")
        #expect(FileSystem.kind(of: test.path(ofLease: key)) == nil)
        isScarce.store(false, ordering: .relaxed)
        #expect(try acquire(store, key)?.isLost == false)
    }
}
