import FathomCore
import FathomGraph
import FathomPipeline

/// Where results of chunks are kept.
struct CacheFlags: OptionGroup {
    /// A folder, `none`, or empty for the standard place.
    var cache = ""

    static let schema = OptionSchema<Self>(
        "Store",
        [
            Option(
                "cache", \.cache, "folder of the store; without it FATHOM_CACHE, else fathom in the user's cache folder",
                placeholder: "DIR|none")
        ])

    /// The store's path; nil for none.
    ///
    /// - Throws: `unavailable` when there is no standard place.
    func path() throws -> String? {
        cache == "none" ? nil : cache.isEmpty ? try ContentStore.standardPath() : cache
    }
}
