import FathomCore

extension Summary {
    /// Figures of equal names added up, facts of equal names from the last that has them.
    public static func sum(of parts: [Summary]) -> Summary {
        var sum = Summary()
        var places: [String: Int] = [:]
        for part in parts {
            for (name, value) in part.numbers {
                if let place = places[name] {
                    sum.numbers[place].value += value
                } else {
                    places[name] = sum.numbers.count
                    sum.numbers.append((name, value))
                }
            }
            for (key, value) in part.facts.members { sum.facts[key] = value }
            if part.status == .partial { sum.status = .partial }
        }
        return sum
    }

    /// The figure called `name`; 0 when there is none.
    public subscript(name: String) -> Double { numbers.first { $0.name == name }?.value ?? 0 }
}
