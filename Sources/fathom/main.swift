import FathomCore

#if canImport(Glibc)
import Glibc
#endif

signal(SIGPIPE, SIG_IGN)
// Writing beyond the limit on the size of files fails instead, with a sentence.
signal(SIGXFSZ, SIG_IGN)
Interrupt.install()
exit(Program.run(Array(CommandLine.arguments.dropFirst())))
