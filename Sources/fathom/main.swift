import FathomCore

#if canImport(Glibc)
import Glibc
#endif

signal(SIGPIPE, SIG_IGN)
Interrupt.install()
exit(Program.run(Array(CommandLine.arguments.dropFirst())))
