import FathomCore
import Synchronization

/// Pixels of a scene's views, read when they are first asked for and kept within a number of bytes; what was used longest ago
/// goes first.
///
/// One cache serves a whole run: whoever asks a view of the scene for its photo, its mask or what a stage prepares of them
/// (`View.cached`) gets what was made before, so that no photo is decoded, straightened or made a pyramid of twice while all
/// of it fits. Threads that ask for the same thing at the same time have it made once; the others wait. What is larger than
/// the limit is made and not kept. Values are the same with any limit, 0 included.
///
/// A file that changes while its scene is in use may be seen as it was before; a scene that is read anew sees the change.
/// Finding a value takes constant time, making room one pass over all that is kept.
public final class ViewCache: Sendable {
    /// What is kept of a view: a value of one type under a name, and how many bytes it takes.
    package struct Kind<Value: Sendable>: Sendable {
        let name: String
        let bytes: @Sendable (Value) -> Int

        /// - Parameters:
        ///   - name: holds all that decides the value beside the view's files and camera, as the levels of a pyramid.
        ///   - bytes: of a value.
        package init(_ name: String, bytes: @escaping @Sendable (Value) -> Int) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// How often values of one kind were asked for.
    public struct Count: Sendable, Equatable {
        /// Values that were made.
        public internal(set) var made = 0
        /// Values that were there.
        public internal(set) var reused = 0
    }

    private let held: Mutex<Holdings>

    /// - Parameter limit: bytes that may be kept; without one a 32nd of the machine's memory.
    public init(limit: Int = Machine.memory / 32) {
        held = Mutex(Holdings(limit: limit))
    }

    /// Bytes that may be kept. A lower limit lets go at once of what is above it.
    public var limit: Int {
        get { held.withLock { $0.limit } }
        set { held.withLock { $0.setLimit(newValue) } }
    }

    /// Bytes that are kept now.
    public var bytes: Int { held.withLock { $0.bytes } }

    /// How often photos were asked for since the scene was read; one is made by decoding its file.
    public var photoCount: Count { count("photo") }

    /// How often values of the kind `name` were asked for.
    package func count(_ name: String) -> Count { held.withLock { $0.counts[name] ?? Count() } }

    /// The value that is kept of `view`, or what `make` makes; parallel loops in `make` are run by the calling thread alone.
    func value<Value>(_ kind: Kind<Value>, of view: View, make: () throws -> Value) throws -> Value {
        let key = Key(view, kind: kind.name)
        let entry = held.withLock { $0.entry(key) }
        return try entry.value.withLock { kept in
            if let kept {
                guard let value = kept as? Value else { preconditionFailure("\(kind.name) names two kinds of values") }
                held.withLock { $0.counts[kind.name, default: Count()].reused += 1 }
                return value
            }
            // Threads of the pool may wait for this value: to wait for the pool here would be for ever.
            let value = try ThreadPool.shared.inline(make)
            kept = value
            held.withLock { $0.keep(entry, at: key, bytes: kind.bytes(value)) }
            return value
        }
    }
}

/// All that decides what is made of a view's files.
private struct Key: Hashable {
    let kind: String
    let imagePath: String
    let maskPath: String?
    let alpha: View.Alpha
    let camera: Camera

    init(_ view: View, kind: String) {
        self.kind = kind
        imagePath = view.imagePath
        maskPath = view.maskPath
        alpha = view.alpha
        camera = view.camera
    }
}

/// A value, or the place of one that is being made. Its lock is held while it is made.
private final class Entry: Sendable {
    let value = Mutex<(any Sendable)?>(nil)
}

private struct Holdings: Sendable {
    private struct Place: Sendable {
        let entry: Entry
        /// 0 until the value has been made.
        var bytes = 0
        /// Rises with every use of any place.
        var lastUse: Int
    }

    private(set) var limit: Int
    private(set) var bytes = 0
    var counts: [String: ViewCache.Count] = [:]
    private var places: [Key: Place] = [:]
    private var uses = 0

    init(limit: Int) {
        self.limit = limit
    }

    mutating func setLimit(_ limit: Int) {
        self.limit = limit
        shrink()
    }

    /// The entry of `key`, which is now the one used last.
    mutating func entry(_ key: Key) -> Entry {
        uses += 1
        places[key, default: Place(entry: Entry(), lastUse: uses)].lastUse = uses
        return places[key]!.entry
    }

    /// Keeps a value that was made, if it fits at all.
    mutating func keep(_ entry: Entry, at key: Key, bytes: Int) {
        counts[key.kind, default: ViewCache.Count()].made += 1
        places[key]?.bytes = bytes
        self.bytes += bytes
        if bytes > limit { drop(key) } else { shrink() }
    }

    private mutating func shrink() {
        while bytes > limit, let oldest = places.filter({ $0.value.bytes > 0 }).min(by: { $0.value.lastUse < $1.value.lastUse }) {
            drop(oldest.key)
        }
    }

    private mutating func drop(_ key: Key) {
        bytes -= places.removeValue(forKey: key)?.bytes ?? 0
    }
}
