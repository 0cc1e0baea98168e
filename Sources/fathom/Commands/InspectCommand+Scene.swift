import FathomCore
import FathomGeometry
import FathomMVS

extension InspectCommand {
    /// What a scene holds, and what its checks found.
    static func scene(_ path: String, options: SceneOptions) throws -> JSONObject {
        let scene = try SceneReader.read(path, options: options)
        let sizes = Set(scene.views.map { "\($0.camera.width)×\($0.camera.height)" }).sorted()
        var facts: JSONObject = [
            "kind": "scene", "format": .string(scene.format), "views": .int(scene.views.count),
            "sizes": .array(sizes.map { .string($0) }), "points": .int(scene.points.count), "unit": .string(scene.unit),
            "masks": .int(scene.views.count { $0.isMasked }),
            "bent_lenses": .int(scene.views.count { $0.camera.lens != .pinhole }),
        ]
        if let bounds = scene.bounds { facts["bounds"] = box(bounds.lower, bounds.upper) }
        var (checks, warnings) = (scene.checks, scene.warnings)
        if PoseCheck.isNeeded(scene) {
            let check = try PoseCheck.check(scene)
            try check.confirm(at: path)
            checks.append(check)
            if let warning = check.warning { warnings.append(warning) }
        }
        facts["checks"] = .array(checks.map(json))
        if !warnings.isEmpty { facts["warnings"] = .array(warnings.map { .string($0) }) }
        return facts
    }

    private static func json(_ check: SceneCheck) -> JSONValue {
        [
            "name": .string(check.topic.rawValue), "verdict": .string(check.verdict.rawValue),
            "sentence": .string(check.sentence),
            "figures": .object(JSONObject(check.figures.map { ($0.name, JSONValue(number: $0.value)) })),
        ]
    }

    /// The checks of a scene as indented lines.
    static func text(checks: [JSONValue]) -> String {
        checks.map { check in
            guard case .object(let check) = check else { return "" }
            func word(_ key: String) -> String { check[key].map(plain) ?? "" }
            return "    \(word("name")): \(word("verdict")), \(word("sentence"))\n"
        }.joined()
    }
}
