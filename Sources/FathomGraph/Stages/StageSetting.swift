import FathomCore

/// One option of a stage with the value it runs with.
struct StageSetting: Sendable {
    /// What there is to say about the option; its default is the value it runs with.
    var option: OptionDescription
    /// The value that the option has without being set.
    var standard: OptionDescription

    var isChanged: Bool { option.defaultValue != standard.defaultValue }
}

extension Stage {
    /// Every option, in the order of the schema.
    var settings: [StageSetting] {
        zip(Options.schema.descriptions(defaults: options), Options.schema.descriptions()).map {
            StageSetting(option: $0, standard: $1)
        }
    }
}
