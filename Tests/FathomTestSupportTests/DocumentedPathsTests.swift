import FathomCore
import FathomTestSupport
import Testing

/// What the documents name exists.
@Suite struct DocumentedPathsTests {
    private static let paths = DocumentedPaths(root: Repository.folder)

    @Test func documentsAreThere() throws {
        let documents = try Self.paths.documents()
        #expect(Set(documents).isSuperset(of: ["README.md", "ARCHITECTURE.md", "Docs/video.md"]))
    }

    @Test(arguments: try paths.documents()) func everyPathExists(document: String) throws {
        #expect(try Self.paths.missing(in: document) == [])
    }

    @Test func whatIsMissingIsFound() {
        let text = """
            A [guide](Docs/no-guide.md), `Docs/no-guide.md` and `FathomCore/Nowhere/`, `NoSuchFile.swift`, `FathomNothing/x`.
            [Here](video.md#anchor) and [there](https://example.com/x.md), `depth/STEM.exr`, `Docs/*.md`, `FathomCore/Threads`,
            `Docs/NAME`, `Buffer.swift`, `depth/search`, `Scripts/test`, `fathom/models`, `Cat/dog`, ![picture](images/no.jpg)
            ```
            `Docs/no-guide.md`
            ```
            """
        #expect(
            Self.paths.missing(in: text, folder: "Docs") == [
                "Docs/no-guide.md", "Docs/no-guide.md", "FathomCore/Nowhere/", "NoSuchFile.swift", "FathomNothing/x",
                "images/no.jpg",
            ])
    }
}
