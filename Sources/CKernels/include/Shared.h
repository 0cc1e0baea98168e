// How structs of pointers appear in Swift.
#ifndef SHARED_H
#define SHARED_H

/// A struct of pointers that the threads of a loop share: Sendable in Swift. Whoever fills it keeps the memory alive, and each
/// thread writes its own part only.
#define FATHOM_SHARED __attribute__((swift_attr("@Sendable")))
#endif
