// Package roster keeps who may work at the halls' counters, and states it to the
// counters of each hall under the centre's key: an administrator changes it over
// the machine's socket, a clerk sets the own password through a counter.
//
// It must not hand a roster to any hall but its own, and keeps of passwords
// nothing but verifiers. What a clerk does at a counter it never learns.
package roster
