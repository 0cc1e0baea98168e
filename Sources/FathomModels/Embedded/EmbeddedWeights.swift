import CWeights
import FathomCore

/// The weights that are part of the program, so that it works before anything is downloaded: those of `ModelRegistry.embedded`.
public enum EmbeddedWeights {
    /// A whole safetensors file (float16), aligned to 64 bytes, valid as long as the process lives.
    public static var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: fathom_embedded_weights(), count: fathom_embedded_weights_size())
    }

    /// The digest of `bytes`, for the identity of a run.
    public static let digest: Digest = {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest
    }()
}
