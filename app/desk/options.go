package desk

import (
	"context"
	"crypto"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options is what a desk is made of. Everything but the fields marked optional
// must be set.
type Options struct {
	Chain     string // chain id that entries are written for
	Practice  bool   // watermark everywhere; a software pad is accepted
	Hall      casework.HallID
	HallName  string // as people call it
	Counter   casework.CounterID
	Clerk     string             // with Staff: who is signed in at the start of practice; without: the number of who sits there
	Pseudonym casework.Pseudonym // theirs towards the ledger, and of entries that come about before anybody signed in
	Language  string             // of the citizen's screens: "zh-CN" (default) or "en"
	Signer    crypto.Signer      // the counter's device key

	Journal   Journal
	Authority Authority
	Catalogue Catalogue
	Screens   Screens
	Issuer    func(name string) (protocol.PublicKey, bool) // an issuer's key
	Staff     Staff                                        // optional: without it Clerk works and nobody signs in (a rehearsal)

	OpenPad      func(context.Context) (Pad, error)                               // optional: no pad is configured
	OpenCamera   func(context.Context) (Camera, error)                            // optional: no camera is configured
	OpenDocument func(context.Context) (Camera, error)                            // optional: the camera for pages; without it OpenCamera takes them
	Turn         func(jpeg []byte, degrees int) ([]byte, error)                   // optional: turns a picture clockwise; without it there is no Turn
	Suggest      func(jpeg []byte) (casework.Corners, bool)                       // optional: where a page lies in a picture
	Crop         func(jpeg []byte, page casework.Corners) ([]byte, error)         // optional: cuts a page out, refused with not-now for corners that are none; without it the whole picture is kept
	OpenScanner  func(context.Context) (Scanner, error)                           // optional: no scanner on a line of its own
	Ours         func(scan string) (code string, err error)                       // optional: the code in what a scanner read; eight digits are one
	Judge        func(jpeg []byte, of casework.PhotoOf) []casework.PictureWarning // optional: what is wrong with a live picture
	Plugged      func(context.Context) <-chan struct{}                            // optional: receives when a device came or went, until ctx ends
	Stopped      func() casework.RefusalKind                                      // optional: why no case may be opened or taken up again; "": it may
	Lights       func() (ledger, centre Light)                                    // optional; asked at every snapshot
	Receipt      func(casework.CaseID, casework.Salt) string                      // optional: link in the QR of the last screen, with the salt that opens the item
	Export       func(ctx context.Context, id casework.CaseID) (string, error)    // optional: writes a bundle, returns its path
	Now          func() time.Time                                                 // optional: time.Now
	Clock        func() casework.Clock                                            // optional; asked at every snapshot: this counter's clock against the centre's

	LockAfter time.Duration // optional: the counter locks when the clerk has done nothing for so long; 0: never
	Presence  []Guarded     // optional: what wants the clerk's word once more
	Second    []Guarded     // optional: what wants a second person's

	LedgerLimit time.Duration // optional, 4 h: no new case while the outbox is older
	ClearAfter  time.Duration // optional, 120 s: until a finished case leaves the screen
}

// DefaultLedgerLimit is how long the outbox may be held up before new cases
// stop: X-Road's limit for its message log.
const DefaultLedgerLimit = 4 * time.Hour

// DefaultClearAfter is how long a finished case stays on the screen.
const DefaultClearAfter = 120 * time.Second

func (o Options) withDefaults() Options {
	if o.Language == "" {
		o.Language = "zh-CN"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Ours == nil {
		o.Ours = parseCode
	}
	if o.LedgerLimit == 0 {
		o.LedgerLimit = DefaultLedgerLimit
	}
	if o.ClearAfter == 0 {
		o.ClearAfter = DefaultClearAfter
	}
	return o
}

func (o Options) check() error {
	missing := ""
	switch {
	case o.Chain == "", o.Hall == "", o.Counter == "", o.Pseudonym == "":
		missing = "chain, hall, counter or pseudonym"
	case o.Signer == nil:
		missing = "the device key"
	case o.Journal == nil, o.Authority == nil, o.Catalogue == nil, o.Screens == nil, o.Issuer == nil:
		missing = "journal, authority, catalogue, screens or issuers"
	}
	if missing != "" {
		return casework.Refuse(casework.SettingsInvalid, "the desk lacks "+missing)
	}
	return nil
}
