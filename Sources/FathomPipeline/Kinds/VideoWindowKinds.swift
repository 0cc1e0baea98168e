import FathomCore
import FathomDepth
import FathomGraph
import FathomMedia

/// When each frame of a video is shown, and where scenes begin.
public struct FrameListKind: ValueKind {
    public typealias Content = FrameList
    public typealias Part = FrameList

    public let name = "frame-list"
    public let subject = "the times of a video's frames and the cuts between scenes"

    public func encode(_ frames: FrameList) -> Buffer<UInt8> { frames.bytes }
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> FrameList {
        try FrameList(bytes: bytes, name: "stored part")
    }
}

/// Depth of windows of a video's frames as a network gives it, each with a scale of its own.
public struct DepthWindowsKind: ValueKind {
    public typealias Content = PerView<DepthWindow>
    public typealias Part = DepthWindow

    public let name = "depth-windows"
    public let subject = "depth of 32 frames with a scale of its own"
    public let item: String? = "window of frames"

    public func encode(_ window: DepthWindow) -> Buffer<UInt8> { window.bytes }
    public func decode(_ bytes: UnsafeRawBufferPointer) throws -> DepthWindow {
        try DepthWindow(bytes: bytes, name: "stored part")
    }
}

extension ValueKind where Self == FrameListKind {
    public static var frameList: FrameListKind { FrameListKind() }
}

extension ValueKind where Self == DepthWindowsKind {
    public static var depthWindows: DepthWindowsKind { DepthWindowsKind() }
}
