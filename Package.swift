// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 language mode, warnings are errors.
let swift: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A Swift target of one floor; imports go down only (see ARCHITECTURE.md).
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

/// The test target of one module.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "FathomTestSupport"] + dependencies, exclude: exclude,
        swiftSettings: swift)
}

let package = Package(
    name: "fathom",
    products: [
        .executable(name: "fathom", targets: ["fathom"]),
        .library(name: "Fathom", targets: ["FathomPipeline"]),
    ],
    targets: [
        // Floor 0: the only C.
        .target(name: "CKernels", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CSystem", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "CZlibSystem", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CZlib", dependencies: ["CZlibSystem"]),
        .systemLibrary(name: "CPNGSystem", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .target(name: "CPNG", dependencies: ["CPNGSystem"]),
        .systemLibrary(name: "CJPEGSystem", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .target(name: "CJPEG", dependencies: ["CJPEGSystem"]),
        .systemLibrary(
            name: "CFFmpegSystem", pkgConfig: "libavformat",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libavutil-dev"])]),
        .target(
            name: "CFFmpeg", dependencies: ["CFFmpegSystem"],
            linkerSettings: ["avcodec", "avutil", "swscale"].map { .linkedLibrary($0) }),
        // The weights are compiled in with #embed.
        .target(
            name: "CWeights", exclude: ["safetensors", "NOTICE", "LICENSE.txt"].map { "fathom-video-lite." + $0 }),
        // Style sheet and scripts of the report, compiled in the same way.
        .target(name: "CReport", exclude: ["report.css", "dom.js", "timeline.js", "player.js", "viewer.js", "report.js"]),

        // Floor 1.
        module("FathomCore", ["CKernels", "CSystem", "CZlib"]),

        // Floor 2: Media < Geometry < Models < Tensor < Fields.
        module("FathomMedia", ["FathomCore", "CKernels", "CSystem", "CPNG", "CJPEG", "CZlib", "CFFmpeg"]),
        module("FathomGeometry", ["FathomCore", "FathomMedia", "CKernels"]),
        module("FathomModels", ["FathomCore", "CWeights"]),
        module("FathomTensor", ["FathomCore", "CKernels"]),
        module("FathomFields", ["FathomCore", "FathomMedia", "FathomGeometry", "FathomTensor", "CKernels"]),

        // Floor 3: stage modules; they never import each other.
        module("FathomDepth", ["FathomCore", "FathomMedia", "FathomGeometry", "FathomModels", "FathomTensor", "CKernels"]),
        module("FathomMVS", ["FathomCore", "FathomMedia", "FathomGeometry", "CKernels"]),
        module("FathomMesh", ["FathomCore", "FathomMedia", "FathomGeometry", "FathomTensor", "FathomFields", "CKernels"]),
        module("FathomNeRF", ["FathomCore", "FathomMedia", "FathomGeometry", "FathomTensor", "FathomFields", "CKernels"]),
        module("FathomEvaluation", ["FathomCore", "FathomMedia", "FathomGeometry", "CKernels"]),
        module("FathomSynthetic", ["FathomCore", "FathomMedia", "FathomGeometry", "CKernels"]),

        // Floor 1½: the engine of dataflow graphs.
        module("FathomGraph", ["FathomCore", "CReport"]),

        // Floor 4.
        module(
            "FathomPipeline",
            [
                "FathomCore", "FathomGraph", "FathomMedia", "FathomGeometry", "FathomModels", "FathomTensor", "FathomFields",
                "FathomDepth", "FathomMVS", "FathomMesh", "FathomEvaluation", "FathomSynthetic", "CSystem",
            ]),

        // Floor 5.
        .executableTarget(
            name: "fathom",
            dependencies: [
                "FathomCore", "FathomMedia", "FathomGeometry", "FathomEvaluation", "FathomSynthetic", "FathomMVS", "FathomMesh",
                "FathomFields", "FathomModels", "FathomTensor", "FathomDepth", "FathomGraph", "FathomPipeline", "CKernels",
            ],
            swiftSettings: swift),

        // Tests.
        .target(name: "CFuzzGuard", path: "Tests/CFuzzGuard", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "FathomTestSupport",
            dependencies: [
                "CFuzzGuard", "CZlib", "FathomCore", "FathomGraph", "FathomMedia", "FathomGeometry", "FathomTensor",
                "FathomSynthetic",
            ],
            path: "Tests/FathomTestSupport", swiftSettings: swift),
        .target(
            name: "GraphSamples", dependencies: ["FathomCore", "FathomGraph"], path: "Tests/GraphSamples", swiftSettings: swift),
        .executableTarget(
            name: "chain-runner", dependencies: ["FathomCore", "FathomGraph", "GraphSamples"], path: "Tests/ChainRunner",
            swiftSettings: swift),
        tests("FathomGraph", ["FathomCore", "GraphSamples", "chain-runner"], exclude: ["Fixtures"]),
        .testTarget(
            name: "FathomTestSupportTests", dependencies: ["FathomCore", "FathomTestSupport"], swiftSettings: swift),
        tests("FathomCore", ["CKernels"]),
        tests("FathomMedia", ["FathomCore", "CKernels"]),
        tests("FathomGeometry", ["FathomCore", "FathomMedia"]),
        tests("FathomModels", ["FathomCore", "FathomTensor", "FathomDepth"]),
        tests("FathomTensor", ["FathomCore", "CKernels"]),
        tests(
            "FathomDepth",
            ["FathomCore", "FathomMedia", "FathomGeometry", "FathomModels", "FathomTensor", "FathomSynthetic"],
            exclude: ["Fixtures"]),
        tests("FathomFields", ["FathomCore", "FathomMedia", "FathomGeometry", "FathomTensor", "FathomMesh", "CKernels"]),
        tests("FathomMVS", ["FathomCore", "FathomMedia", "FathomGeometry", "CKernels", "FathomSynthetic"]),
        tests(
            "FathomMesh",
            ["FathomCore", "FathomMedia", "FathomGeometry", "FathomTensor", "FathomFields", "FathomEvaluation"]),
        tests("FathomNeRF", ["FathomCore", "FathomMedia", "FathomGeometry", "FathomTensor", "CKernels"]),
        tests("FathomEvaluation", ["FathomCore", "FathomMedia", "FathomGeometry"]),
        tests("FathomSynthetic", ["FathomCore", "FathomMedia", "FathomGeometry", "CKernels"]),
        tests(
            "FathomPipeline",
            ["FathomCore", "FathomGraph", "FathomMedia", "FathomGeometry", "FathomDepth", "FathomEvaluation", "FathomTensor"],
            exclude: ["Fixtures", "Graphs/wrong"]),
        .testTarget(
            name: "HostileInputTests",
            dependencies: [
                "CZlib", "FathomCore", "FathomGraph", "FathomMedia", "FathomGeometry", "FathomPipeline", "FathomTestSupport",
            ],
            swiftSettings: swift),
        tests(
            "fathom", ["FathomCore", "FathomGraph", "FathomMedia", "FathomGeometry", "FathomTensor", "FathomEvaluation"],
            exclude: ["WrongScenes"]),
    ],
    swiftLanguageModes: [.v6]
)
