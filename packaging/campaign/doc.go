// Package campaign does to a ledger of four halls what happens to machines, and
// counts. It holds tests alone, behind the build tag campaign; packaging/test-ledger
// builds what they need and runs them.
//
// Nothing in it stands in for a part of the product: the nodes are processes of
// the centre's program, the counters processes with the real journal, outbox and
// ledger client. What lies between two nodes is a relay, so that it can be cut.
package campaign
