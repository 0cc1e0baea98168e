extension ReadLimits: OptionGroup {
    public static let schema = OptionSchema<Self>(
        "Limits of inputs",
        [
            Option("maxPixels", \.pixels, "refuse larger images and depth maps", unit: "px", range: .within(1...1 << 34)),
            Option(
                "maxPoints", \.points, "refuse clouds, scenes and meshes of more points, vertices or triangles",
                range: .within(1...1 << 31)),
            Option("maxViews", \.views, "refuse scenes of more views", range: .within(1...1 << 24)),
            Option("maxNesting", \.nesting, "refuse JSON nested deeper", unit: "levels", range: .within(1...512)),
            Option(
                "maxRatio", \.ratio, "refuse files that unpack to more than 64M and more than this many times their size",
                range: .within(1...1 << 20)),
            Option("maxFileSize", \.fileSize, "refuse larger files where a file is read whole"),
        ])
}
