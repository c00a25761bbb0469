// Package pagecert keeps the TLS certificate under which phones reach the
// citizen's page: one that a city's authority issued, read from files and read
// again when they change (Files), or, for practice, one that this package issues
// under a root of its own (Own).
//
// The root can't be used against its owner: it is limited by name constraints
// (RFC 5280 section 4.2.1.10) to the practice machine's names and to private
// addresses, so that a phone on which it is installed trusts nothing else by it,
// and its key lies in the centre's home, readable by the owner alone. It never
// serves outside practice.
package pagecert
