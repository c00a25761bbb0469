package audit

import (
	"cmp"
	"slices"
	"strings"

	"counterfoil/app/casework"
)

// FindingKind says what was found.
type FindingKind string

// What can be found. Those that need a person come first.
const (
	Broken           FindingKind = "broken"             // what the ledger shows does not fit together
	UnknownToCounter FindingKind = "unknown-to-counter" // a case in the counter's name that the counter does not have: a copied key
	MoreOnLedger     FindingKind = "more-on-ledger"     // entries in a case of the counter that the counter does not have: likewise
	Elsewhere        FindingKind = "elsewhere"          // the counter has a case that stands on the ledger for another counter or day
	Lost             FindingKind = "lost"               // the counter has a receipt, and the ledger's state lacks the entry
	RefusedThere     FindingKind = "refused"            // the ledger said no to what the counter has
	WaitingLong      FindingKind = "waiting-long"       // not on the ledger after LongAfter
	NotOnRecord      FindingKind = "not-on-record"      // a retrieval on the ledger that the centre has no record of
	HandedOut        FindingKind = "handed-out"         // licences handed out, and no retrieval on the ledger
	AfterRevocation  FindingKind = "after-revocation"   // a step taken after the citizen had revoked the grant
	Waiting          FindingKind = "waiting"            // not on the ledger yet
	AuthorizedUnused FindingKind = "authorized-unused"
	RetrievedOpen    FindingKind = "retrieved-open"
	RetrievedDropped FindingKind = "retrieved-dropped"
	BroughtLate      FindingKind = "late"
	ByStateAlone     FindingKind = "state-alone" // blocks that no node keeps: no receipt, and no time of the ledger's
	SinceList        FindingKind = "since-list"  // entries made after the counter's list: not compared
)

// Severity says what a finding asks of its reader.
type Severity string

// The severities.
const (
	Person Severity = "person" // somebody must look into it
	Note   Severity = "note"   // it happens on an ordinary day
)

// Severity returns that of every finding of a kind.
func (k FindingKind) Severity() Severity {
	switch k {
	case Waiting, AuthorizedUnused, RetrievedOpen, RetrievedDropped, BroughtLate, ByStateAlone, SinceList:
		return Note
	}
	return Person
}

// Finding is one thing that somebody should know.
type Finding struct {
	Kind     FindingKind     `json:"kind"`
	Severity Severity        `json:"severity"`
	Case     casework.CaseID `json:"case,omitempty"`
	Sentence
}

// sentence returns what a finding of a kind says, about n entries where it
// counts some.
func (k FindingKind) sentence(n int) Sentence {
	switch k {
	case UnknownToCounter:
		return say("账本上有以本窗口名义写入的办件，窗口却没有：密钥可能被复制", "The ledger has a case in this counter's name that the counter does not have: its key may be copied.")
	case MoreOnLedger:
		return say("账本上有 %d 条记录，窗口没有：密钥可能被复制", "The ledger has entries that the counter does not have: %d. Its key may be copied.", n)
	case Elsewhere:
		return say("窗口的这一办件在账本上属于另一窗口或另一天", "The counter's case stands on the ledger for another counter or day.")
	case Lost:
		return say("窗口持有回执的 %d 条记录不在账本上：账本可能被更换", "Entries that the counter has receipts of are not on the ledger: %d. It may be another ledger.", n)
	case RefusedThere:
		return say("窗口有 %d 条记录被账本拒绝，其后的记录都在等待", "The ledger refused entries of the counter: %d. What follows them waits.", n)
	case WaitingLong:
		return say("窗口有 %d 条记录超过四小时仍未上链", "Entries of the counter are not on the ledger after four hours: %d.", n)
	case Waiting:
		return say("窗口有 %d 条记录尚未上链", "Entries of the counter are not on the ledger yet: %d.", n)
	case NotOnRecord:
		return say("账本载有调取证照的记录，授权中心却没有发出证照的记录", "The ledger has a retrieval, and the centre no record of having handed out licences.")
	case HandedOut:
		return say("授权中心已发出证照，账本上却没有调取记录", "The centre handed out licences, and the ledger has no retrieval.")
	case AfterRevocation:
		return say("群众解绑之后仍有 %d 个步骤", "Steps were taken after the citizen had revoked the grant: %d.", n)
	case AuthorizedUnused:
		return say("已授权，未调取证照", "Authorized, and no licence was retrieved.")
	case RetrievedOpen:
		return say("已调取证照，尚未办结", "Licences were retrieved, and the case is open.")
	case RetrievedDropped:
		return say("已调取证照，后放弃办理", "Licences were retrieved, and the case was abandoned.")
	case BroughtLate:
		return say("有 %d 条记录在断网期间排队，事后补传", "Entries were queued through an outage and brought later: %d.", n)
	case ByStateAlone:
		return say("有 %d 条记录所在区块已无节点保存：仅由账本状态证明", "Entries are proved by the ledger's state alone, no node keeps their blocks: %d.", n)
	case SinceList:
		return say("有 %d 条记录写于窗口清单之后，未作比对", "Entries were made after the counter's list, and not compared: %d.", n)
	}
	return say("账本所示前后不符", "What the ledger shows does not fit together.")
}

// Found returns a finding in a case, or in none, about n entries where the kind
// counts some.
func Found(kind FindingKind, id casework.CaseID, n int) Finding {
	return Finding{kind, kind.Severity(), id, kind.sentence(n)}
}

// find notes what was found.
func (d *Day) find(kind FindingKind, id casework.CaseID, n int) { d.note(Found(kind, id, n)) }

func (d *Day) note(f Finding) {
	d.Findings = append(d.Findings, f)
	for i := range d.List {
		if d.List[i].Case == f.Case && (d.List[i].Worst == "" || f.Severity == Person) {
			d.List[i].Worst = f.Severity
		}
	}
}

// more is a finding that says more than its kind does.
func more(kind FindingKind, id casework.CaseID, what Sentence) Finding {
	f := Found(kind, id, 0)
	f.Zh, f.En = f.Zh+"："+what.Zh, strings.TrimSuffix(f.En, ".")+": "+what.En+"."
	return f
}

// sort puts those that need a person first, and all in one order.
func (d *Day) sort() {
	slices.SortStableFunc(d.Findings, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Case, b.Case))
	})
}

// Serious returns how many findings a person must look into.
func (d Day) Serious() (n int) {
	for _, f := range d.Findings {
		if f.Severity == Person {
			n++
		}
	}
	return n
}

// FindingKinds returns all kinds, those that need a person first.
func FindingKinds() []FindingKind {
	return []FindingKind{Broken, UnknownToCounter, MoreOnLedger, Elsewhere, Lost, RefusedThere, WaitingLong, NotOnRecord, HandedOut, AfterRevocation,
		Waiting, AuthorizedUnused, RetrievedOpen, RetrievedDropped, BroughtLate, ByStateAlone, SinceList}
}
