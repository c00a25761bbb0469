// Package casework is the domain: what a case (办件) is, which steps it takes,
// what each step needs, and why one is refused.
//
// A Licence here is an electronic licence or certificate (电子证照; GB/T 36901
// calls it "electronic certificate", which in Go would read as X.509). An
// AuthorizationCode is the citizen's eight-digit code (八位数字验证码), not
// OAuth's redirect code. An Entry is what is written about a step, a Receipt is
// what the ledger gives back for it.
//
// A case is authorized by the citizen's phone or by paper originals (Originals).
// Paper has no Grant and nothing is retrieved after it; every later step is the
// same. Who acts for another (Acting) is noted either way.
//
// The same rules run in four places: at the desk before a step is taken, in the
// journal when a case is read back, on the ledger before an entry is recorded,
// and in the auditor's verifier. That is why this package uses the standard
// library alone, does no I/O, has no clock (now is a parameter), and imports
// nothing of ours. Nothing personal may appear in the text of its errors.
package casework
