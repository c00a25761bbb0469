package desk

import (
	"context"
	"image"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Journal keeps what happens. Every method that writes returns only after the
// transaction is on disk. Those that take acts write them to the operator log in the
// transaction that makes the change: where nothing is changed, because it is there
// already or was refused, they are not written. An act that was refused goes by
// Staff.Note, on its own.
type Journal interface {
	// Append keeps one step with its attachments and queues it for the ledger,
	// in one transaction. number and item are kept with a case's first step. The
	// content of a case that is abandoned cannot be read from then on.
	Append(ctx context.Context, step casework.Step, about About, acts ...casework.OperatorAct) error
	// Attempt keeps a refused or failed try.
	Attempt(ctx context.Context, a casework.Attempt) error
	// Attempts returns the failed tries of a case, oldest first.
	Attempts(ctx context.Context, id casework.CaseID) ([]casework.Attempt, error)
	// Case gives a kept case back.
	Case(ctx context.Context, id casework.CaseID) (casework.CaseRecord, error)
	// Content unseals the attachments of one step.
	Content(ctx context.Context, id casework.CaseID, seq int) ([]casework.Attachment, error)
	// Unfinished returns the cases that neither ended nor were abandoned, oldest first.
	Unfinished(ctx context.Context) ([]casework.CaseRecord, error)
	// Day returns the cases opened on the local day that holds the given number's
	// date part (YYYYMMDD), newest first; query filters by case number, item or
	// any value of the form.
	Day(ctx context.Context, day, query string, limit int) ([]casework.CaseRecord, error)
	// ByGrant returns the cases that the grant is the latest authorization of.
	ByGrant(ctx context.Context, grant casework.GrantID) ([]casework.CaseID, error)
	// Kept returns the ended cases that still have their content and were opened
	// before the day (YYYYMMDD).
	Kept(ctx context.Context, before string) (map[casework.CaseID]About, error)
	// NextNumber returns how many cases were opened on the day, plus one.
	NextNumber(ctx context.Context, day string) (int, error)
	// Queue returns the outbox in numbers.
	Queue(ctx context.Context) (casework.Queue, error)
	// Changed returns a channel that receives after every change, at most one
	// value waiting; it is closed when ctx ends.
	Changed(ctx context.Context) <-chan struct{}
	// Forget destroys the key of a case: its content can never be read again.
	// Entries and receipts stay.
	Forget(ctx context.Context, id casework.CaseID, acts ...casework.OperatorAct) error
	ShiftBook
}

// Forgets is what a journal may be besides, which keeps names in memory for the
// search: they go when the counter is locked or nobody sits there any more.
type Forgets interface{ ForgetNames() }

// About is what the journal keeps in clear beside a case.
type About = casework.CaseAbout

// Authority is the centre as the desk uses it. Errors are refusals.
type Authority interface {
	Redeem(ctx context.Context, r protocol.Redeem) (casework.Grant, *protocol.RequestState, error)
	OpenRequest(ctx context.Context, r protocol.OpenRequest) (protocol.Request, error)
	// Follow waits until the request's state is no longer after, or returns the
	// same state when the wait is over.
	Follow(ctx context.Context, id string, after protocol.RequestStatus) (protocol.RequestState, error)
	Withdraw(ctx context.Context, id string) error
	// Retrieve returns, per licence, the CBOR of a protocol.Presented.
	Retrieve(ctx context.Context, grant casework.GrantID, r protocol.Retrieve) ([]protocol.RetrievedLicence, error)
}

// Pad is a signature pad that is attached and identified. Show and Read are
// called at the same time, from two goroutines.
type Pad interface {
	Identity() casework.PadIdentity
	// Show puts a picture of exactly the pad's size on its display. ink is where
	// the device itself draws the pen's trace; empty: nowhere. What the pen drew
	// before is gone afterwards, also when the picture is the same.
	Show(ctx context.Context, img *image.RGBA, ink image.Rectangle) error
	// Read waits for the next pen sample. After an error other than ctx's the
	// pad is lost and must be closed.
	Read(ctx context.Context) (casework.PenSample, error)
	Close() error
}

// Camera is a camera that is attached.
type Camera interface {
	Name() string
	// Modes says what the camera has, each as WIDTH×HEIGHT FORMAT RATE; nil where it
	// does not say.
	Modes() []string
	// Frame waits for the next preview picture, a JPEG.
	Frame(ctx context.Context) ([]byte, error)
	// Still takes a picture of full size, a JPEG with nothing but the picture in it.
	Still(ctx context.Context) ([]byte, error)
	Close() error
}

// Scanner is a code scanner that has a line of its own to the counter. One that
// types like a keyboard needs none: the window hears it.
type Scanner interface {
	Name() string
	// Read waits for the next scan. After a refusal scan-spoilt the next scan may
	// be whole; after any other error but ctx's the scanner is gone and must be
	// closed.
	Read(ctx context.Context) (string, error)
	Close() error
}

// Screens draws the citizen's screens.
type Screens interface {
	Draw(screen casework.CitizenScreen, size image.Point) casework.Picture
}

// Catalogue answers what the desk asks of items and kinds.
type Catalogue interface {
	Item(code casework.ItemCode) (casework.ServiceItem, bool)
	Kind(kind casework.LicenceKind) (casework.KindInfo, bool)
}

// Staff knows who may work at this counter. Whatever it answers, also a refusal,
// stands in the operator log before it answers. Its log is the Journal's.
type Staff interface {
	// Check says who is there, for the operation (sign-in, unlock, presence, second),
	// in a case or none. Refusals: clerk-refused, clerk-slowed, clerk-suspended,
	// roster-missing, roster-old, password-first, card-missing, card-refused,
	// card-locked, card-unknown. It does not ask what the role may do.
	Check(ctx context.Context, p casework.Presence, what casework.Operation, id casework.CaseID) (casework.Clerk, error)
	// Person returns whom the roster in force has under a number and lets work; it
	// takes nobody's word and is no act. Refusals: clerk-suspended, also where the
	// roster has nobody under it; roster-missing, roster-old.
	Person(number string) (casework.Clerk, error)
	// Renewed returns a channel that receives after every new roster, at most one
	// value waiting; it is closed when ctx ends.
	Renewed(ctx context.Context) <-chan struct{}
	// ChangePassword sets an own password in place of the one before. Refusals: those
	// of Check, clerk-password-weak, centre-unreachable.
	ChangePassword(ctx context.Context, number, before, fresh string) error
	// Note keeps an act that changes nothing in the journal; it is on disk when Note
	// returns. Seq and Time are given by the journal where they are zero.
	Note(ctx context.Context, act casework.OperatorAct) error
	// Acts returns the acts of a local day (YYYYMMDD), newest first, and whether the
	// log's chain holds from its first act on.
	Acts(ctx context.Context, day string, limit int) (acts []casework.OperatorAct, whole bool, err error)
}
