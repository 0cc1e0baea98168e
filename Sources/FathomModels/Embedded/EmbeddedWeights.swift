import CWeights
import FathomCore

/// Weights that are part of the program, so that it works before anything is downloaded.
public enum EmbeddedWeights {
    /// A whole safetensors file (float16), aligned to 64 bytes, valid as long as the process lives.
    public static var fathomVideoTiny: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: fathom_video_tiny_weights(), count: fathom_video_tiny_weights_size())
    }

    /// The digest of `fathomVideoTiny`, for the identity of a run.
    public static let fathomVideoTinyDigest: Digest = {
        var hash = SHA256()
        hash.update(fathomVideoTiny)
        return hash.digest
    }()
}
