package config

import (
	"time"

	"counterfoil/app/casework"
)

// Settings are a counter's settings, checked and complete.
type Settings struct {
	Hall       casework.HallID
	Counter    casework.CounterID
	Clerk      string // the clerk's number
	Language   string // "zh-CN" or "en"
	Appearance string // "light", "dark" or "contrast"
	TextScale  int    // percent, 75 to 200
	Chain      string // chain id of the ledger; a centre of another chain is refused
	Journal    string // folder of the journal and the device key
	Catalogue  string // the catalogue's file; empty: the sample that comes along
	Suite      int    // of the device key, fixed when it is made: 1 is Ed25519, SHA-256 and AES; 2 is SM2, SM3 and SM4
	Centre     Centre
	Ledger     Ledger
	Issuers    map[string][]byte // issuer of licences by name (签发机关) → public key: Ed25519, 32 bytes, or SM2, 65
	Devices    Devices
	Limits     Limits
	Clerks     Clerks
	Key        Key
}

// Key says how the counter's device key is kept, and which it is.
type Key struct {
	Kept     string // "auto", "keyring", "tpm", "passphrase", "token" or "file": of a key that is made; one that is there says itself
	Chip     string // the TPM's device; "": the system's
	Module   string // token: path of the PKCS#11 module of the UKey or HSM; of a key that is made
	Label    string // token: the key's label there (CKA_LABEL); a key that has it is taken, else one is made
	Enrolled string // id of the key that the hall enrolled with these settings; "": not said
}

// Token is Key.Kept where a UKey or an HSM has the device key.
const Token = "token"

// Centre is where the authorization service is, and its key.
type Centre struct {
	Address string // https://host:port, or http:// on this machine
	Key     []byte // Ed25519 public key of the centre, 32 bytes
}

// Ledger is where the ledger's nodes are, and the set of validators that the
// counter trusts.
type Ledger struct {
	Nodes []string // addresses as of Centre; the first is tried first
	Trust []byte   // the trusted set as a JSON object, as enrolment pinned it
}

// Attached begins the setting of one certain camera that is plugged in:
// attached:HD Webcam.
const Attached = "attached:"

// Devices says what hardware to use.
type Devices struct {
	Pad string // "auto": the first signature pad found; "screen": the second monitor; "none"
	// Encryption is "auto" to have pen data encrypted on their way while somebody signs,
	// from a pad that can do it, or "off".
	Encryption string
	// Camera is "auto" for the first camera that is plugged in, Attached and what
	// tells it from others (its name, where it is plugged in, or its node's path),
	// the address of an MJPEG stream (http:// or https://), or "none".
	Camera string
	// Document is the camera for pages (高拍仪), said as Camera is, and another one than
	// that; "none": Camera takes them.
	Document string
	// CameraTurn and DocumentTurn are how far their pictures are turned clockwise: 0,
	// 90, 180 or 270 degrees.
	CameraTurn, DocumentTurn int
	// Citizen is where the citizen's screens are shown beside the pad:
	// "second-monitor", full screen while there is one, or "none".
	Citizen string
	// Monitor is which monitor is the citizen's, where there are several: its name, or
	// NAME@X,Y with its place among them, as the devices page shows it; "": the first
	// that is not the clerk's.
	Monitor string
	// Scanner is "window" for one that types like a keyboard, Serial and the port
	// of one on a serial line, Input and the name of one that the system has as a
	// keyboard of its own, or "none": whatever types fast is then typing.
	Scanner string
}

// Beginnings of the setting of a scanner: serial:/dev/ttyACM0, input:NAME.
const (
	Serial = "serial:"
	Input  = "input:"
)

// Clerks says how people say who they are.
type Clerks struct {
	// SignIn is Roster where the hall's clerks sign in as its roster says, or "settings":
	// nobody signs in, and Settings.Clerk is who works there.
	SignIn string
	// Module is the PKCS#11 module of the clerks' cards, the path of a shared library;
	// "": no cards.
	Module string
	// The rest counts where clerks sign in.

	Lock     time.Duration // the counter locks when the clerk has done nothing for so long; 0: never by itself
	Presence []string      // what wants the clerk's word once more, of Guarded
	Second   []string      // what wants a second person's word, of Guarded
}

// Roster is Clerks.SignIn where clerks sign in.
const Roster = "roster"

// Limits are the counter's times.
type Limits struct {
	Ledger time.Duration // entries waiting longer stop new cases
	Clear  time.Duration // a finished case leaves the screen
}

// Guarded are the acts that a hall may want somebody's word for: handing a case
// over, ending it without, a case's evidence as a file, an authorization by paper
// originals.
func Guarded() []string { return []string{"submit", "abandon", "export", "paper"} }

// Default returns the settings of a counter of which nothing is known yet: what
// a file need not say.
func Default() Settings {
	return Settings{
		Language: "zh-CN", Appearance: "light", TextScale: 100, Journal: DataDir(), Suite: 1, Issuers: map[string][]byte{},
		Devices: Devices{Pad: "auto", Encryption: "off", Camera: "none", Document: "none", Citizen: "none", Scanner: "window"},
		Limits:  Limits{Ledger: 4 * time.Hour, Clear: 120 * time.Second},
		Clerks:  Clerks{SignIn: "settings", Lock: 5 * time.Minute},
		Key:     Key{Kept: "auto"},
	}
}
