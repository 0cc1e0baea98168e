/// Which part of an input a chunk reads. Only that part is in the chunk's key, and the chunk waits for nothing else.
public enum Reads: Sendable, Equatable {
    /// All of it.
    case all
    /// These views, images, frames or files only, by index.
    case items([Int])
    /// Of a value whose kind tells several aspects apart, these aspects only: of a scene its geometry, photos and masks.
    case aspects([Aspect])

    /// One aspect of a value, and which items of it.
    public struct Aspect: Sendable, Equatable {
        public var name: String
        /// Empty for an aspect without items.
        public var items: [Int]

        public init(_ name: String, _ items: [Int] = []) {
            self.name = name
            self.items = items
        }
    }
}
