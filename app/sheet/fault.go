package sheet

import (
	"fmt"
	"strings"

	"counterfoil/app/casework"
)

// Fault is a published kind of problem in a file. Its texts in both languages
// stand in the assets as "problem." + the fault, with the same arguments.
type Fault string

// The faults, with their arguments.
const (
	Unreadable   Fault = "unreadable"     // reason of the system, in English
	TooLarge     Fault = "too-large"      // limit in KB
	NotUTF8      Fault = "not-utf8"       //
	Syntax       Fault = "syntax"         // the parser's message, in English
	OpenQuote    Fault = "open-quote"     //
	KeyTwice     Fault = "key-twice"      // key
	TooDeep      Fault = "too-deep"       //
	BlockUnknown Fault = "block-unknown"  // block, known blocks
	BlockSingle  Fault = "block-single"   // block: written [x] for [[x]]
	BlockDouble  Fault = "block-double"   // block: written [[x]] for [x]
	BlockTwice   Fault = "block-twice"    // block, line of the first
	BlockMissing Fault = "block-missing"  // block
	KeyUnknown   Fault = "key-unknown"    // key
	KeyMeant     Fault = "key-meant"      // key, nearest known key
	KeyMissing   Fault = "key-missing"    // key
	Empty        Fault = "empty"          // key
	WantText     Fault = "want-text"      // key
	WantNumber   Fault = "want-number"    // key
	WantBool     Fault = "want-bool"      // key
	WantList     Fault = "want-list"      // key
	WantRows     Fault = "want-rows"      // key
	OutOfRange   Fault = "out-of-range"   // key, least, most
	NotOneOf     Fault = "not-one-of"     // key, value, choices
	Twice        Fault = "twice"          // key, value, line of the first
	Repeated     Fault = "repeated"       // key, value: again within one row
	TooMany      Fault = "too-many"       // key, most
	NotDefined   Fault = "not-defined"    // key, value: names nothing in this file
	NoSuchField  Fault = "no-such-field"  // licence kind, field
	NotAsked     Fault = "not-asked"      // "kind.field" that needs does not ask
	SourceShape  Fault = "source-shape"   // value that is no "kind.field"
	SourceAndOwn Fault = "source-and-own" // a form line with both a source and choices
	NoSource     Fault = "no-source"      // a required form line with neither
	TypeCode     Fault = "type-code"      // its length
	WantDuration Fault = "want-duration"  // key
	WantKey      Fault = "want-key"       // key
	WantAddress  Fault = "want-address"   // key
	WantScanner  Fault = "want-scanner"   // key
	WantCamera   Fault = "want-camera"    // key
	SameCamera   Fault = "same-camera"    // key, the other key
	WantName     Fault = "want-name"      // key
	TrustInvalid Fault = "trust-invalid"  // key
	WantListen   Fault = "want-listen"    // key
	WantPeer     Fault = "want-peer"      // key, value
	WantHash     Fault = "want-hash"      // key
	TooFew       Fault = "too-few"        // key, least
	TwoQuestions Fault = "two-questions"  // a field that asks two things
	NotSensitive Fault = "not-sensitive"  // an optional field that is not a sensitive one of fields
	MayBeRefused Fault = "may-be-refused" // a required form line's "kind.field" that is optional
)

// Faults returns every fault with its English sentence.
func Faults() map[Fault]string {
	return map[Fault]string{
		Unreadable:   "the file cannot be read (%s)",
		TooLarge:     "the file is larger than %d KB",
		NotUTF8:      "the file is not UTF-8 text: save it as UTF-8",
		Syntax:       "this is not written as TOML asks: %s",
		OpenQuote:    "a quotation mark is missing in this line",
		KeyTwice:     "the key %q stands twice in this block",
		TooDeep:      "brackets are nested too deeply",
		BlockUnknown: "a block %q is not known here; known are: %s",
		BlockSingle:  "the block [%[1]s] needs double brackets: [[%[1]s]]",
		BlockDouble:  "the block [[%[1]s]] needs single brackets: [%[1]s]",
		BlockTwice:   "the block %q stands twice; the first is in line %d",
		BlockMissing: "there is no block %q",
		KeyUnknown:   "the key %q is not known here",
		KeyMeant:     "the key %q is not known here; is %q meant?",
		KeyMissing:   "%q is missing",
		Empty:        "%q is empty",
		WantText:     "%q must be a text in quotes",
		WantNumber:   "%q must be a whole number",
		WantBool:     "%q must be true or false, without quotes",
		WantList:     "%q must be a list of texts in quotes: [ \"…\", \"…\" ]",
		WantRows:     "%q must be a list of lines: [ { … }, { … } ]",
		OutOfRange:   "%q must lie between %s and %s",
		NotOneOf:     "%q is %q; it must be one of: %s",
		Twice:        "%q is %q a second time; the first is in line %d",
		Repeated:     "%q names %q twice",
		TooMany:      "%q has more than %d lines",
		NotDefined:   "%q is %q, which this file does not define",
		NoSuchField:  "the licence kind %q has no field %q",
		NotAsked:     "the form takes %q, but needs does not ask for it",
		SourceShape:  "from is %q; it must be \"kind.field\"",
		SourceAndOwn: "a form line has either from or choices, not both",
		NoSource:     "a required form line needs from or choices, because no screen may require typing",
		TypeCode:     "the type code has %d characters; it has 21, or it is left out",
		WantDuration: "%q must be a time such as \"4h\" or \"120s\"",
		WantKey:      "%q must be a public key in base64: 32 bytes, or of an issuer with SM2 65",
		WantAddress:  "%q must be an address that starts with https:// or http://",
		WantScanner:  "%q must be window, none, serial: with a port, or input: with a name",
		SameCamera:   "%q names the same camera as %q: one of them must say which",
		WantCamera:   "%q must be none, auto, attached: with a name, or an address that starts with https:// or http://",
		WantName:     "%q may hold only the letters a-z, digits, hyphens and underscores",
		TrustInvalid: "%q must be the ledger's trusted set as JSON, or the name of a file that holds it",
		WantListen:   "%q must be a host and a port, for example 10.0.0.2:26656",
		WantPeer:     "%q holds %q; another node is written id@host:port, its id as 40 hex digits",
		WantHash:     "%q must be 64 hex digits",
		TooFew:       "%q must have at least %d lines",
		TwoQuestions: "a question has either years or one_of, not both",
		NotSensitive: "optional names %q, which is not a sensitive field of this line",
		MayBeRefused: "a required form line takes %q, which the citizen may refuse",
	}
}

// Problem is one problem of a file.
type Problem struct {
	Line  int    // 1-based
	Row   string // the block it stands in, as people find it: "item SAMPLE-0003"
	Fault Fault
	Args  []any
	What  string // in English
}

// String returns the problem in English with its place.
func (p Problem) String() string {
	if p.Row == "" {
		return fmt.Sprintf("line %d: %s", p.Line, p.What)
	}
	return fmt.Sprintf("line %d, %s: %s", p.Line, p.Row, p.What)
}

// Invalid is a file that was refused, with all its problems in the order of
// their lines. It is a casework.Refusal of the given kind.
type Invalid struct {
	Name     string // of the file, without its folder
	Kind     casework.RefusalKind
	Problems []Problem
}

// Error lists the problems, one a line.
func (v *Invalid) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", v.Kind, v.Name)
	for _, p := range v.Problems {
		b.WriteString("\n" + p.String())
	}
	return b.String()
}

// Unwrap returns the refusal.
func (v *Invalid) Unwrap() error { return casework.Refuse(v.Kind, v.Name) }
