import FathomDepth
import Testing
