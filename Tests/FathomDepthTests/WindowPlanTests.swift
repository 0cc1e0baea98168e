import FathomDepth
import Testing

/// Which frames stand in which window, against a direct simulation of how the released code overwrites slots.
struct WindowPlanTests {
    private static let keySlots = [0, 12, 24, 25, 26, 27, 28, 29, 30, 31]

    /// Frames of all windows: pad, cut every 22 frames, and overwrite the first ten slots by slots of the window before.
    private func simulated(_ count: Int) -> (appended: Int, windows: [[Int]]) {
        let appended = (22 - count % 22) % 22 + 10
        let padded = Array(0..<count) + Array(repeating: count - 1, count: appended)
        var windows: [[Int]] = []
        for start in stride(from: 0, to: count, by: 22) {
            var window = (0..<32).map { padded[start + $0] }
            if let previous = windows.last {
                for (slot, key) in Self.keySlots.enumerated() { window[slot] = previous[key] }
            }
            windows.append(window)
        }
        return (appended, windows)
    }

    @Test func equalsTheReleasedCode() {
        for count in 1...399 {
            let plan = WindowPlan(frameCount: count)
            let expected = simulated(count)
            #expect(plan.appendedCount == expected.appended)
            #expect(expected.windows.indices.map { plan.frames(ofWindow: $0) } == expected.windows)
            // A last window of one or two frames is left out, as the window before holds them already.
            #expect(plan.windowCount == expected.windows.count - (count > 22 && [1, 2].contains(count % 22) ? 1 : 0))
        }
    }

    @Test func knownCounts() {
        let counts = [(1, 31, 1), (10, 22, 1), (22, 10, 1), (23, 31, 1), (32, 22, 2), (54, 22, 3), (100, 20, 5)]
        for (frames, appended, windows) in counts {
            let plan = WindowPlan(frameCount: frames)
            #expect(plan.appendedCount == appended && plan.windowCount == windows)
        }
        #expect(WindowPlan(frameCount: 100).frames(ofWindow: 4) == [0, 78] + Array(90...99) + Array(repeating: 99, count: 20))
    }
}
