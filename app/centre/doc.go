// Package centre is the far end in one process: the authorization service, the
// citizen's page, the licence repository, the evidence store and a ledger node,
// with the interface that counters call. Practice mode embeds it; the program
// counterfoil-centre serves it. The desktop reaches both in the same way.
//
// This package joins the parts and holds the centre's keys; the rules are in
// the packages below it. A city that has its own services implements the paths
// of openapi.json in front of them and needs nothing else from here.
//
// It is trusted with licences on their way through, with the keys that
// register grants and sign originals, and, in one process, with the keys of the
// hall administrators. It is not trusted with the record of what happened:
// receipts are verified by the counters against the validators they trust.
package centre
