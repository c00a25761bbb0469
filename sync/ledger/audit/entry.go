package audit

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// entry follows the case by one entry. Where no node has its block any more the
// state's word stands, and the walk through the entries ends.
func (t *tracing) entry(ctx context.Context, seq int, place protocol.EntryPlace) error {
	out := TracedEntry{Seq: seq, Kind: casework.StepKind(place.Kind), Digest: casework.Digest(place.Digest), Time: time.UnixMilli(place.Time).UTC(), Height: place.Height}
	raw, receipt, err := t.signed(ctx, out.Digest, t.fresh(place.Height))
	if err != nil {
		return err
	}
	if raw == nil {
		t.whole, t.Entries = false, append(t.Entries, out)
		return nil
	}
	out.Proved, out.Raw, out.Receipt, out.OnChain = true, raw, receipt.Raw, receipt.Time
	out.Late = late(out.Time, receipt.Time)
	if receipt.Height != place.Height {
		t.fault("第 %d 条记录在高度 %d，账本状态称在 %d", "entry %d stands at height %d, the state says %d", seq, receipt.Height, place.Height)
	}
	if out.Time.Sub(receipt.Time) > aheadAfter {
		t.fault("第 %d 条记录自称的时间晚于账本时间", "entry %d is dated after the ledger's own time", seq)
	}
	e, env, err := protocol.OpenEntry(raw)
	if err != nil {
		t.fault("第 %d 条记录无法读取：%s", "entry %d can't be read: %s", seq, casework.KindOf(err))
		t.whole, t.Entries = false, append(t.Entries, out)
		return nil
	}
	out.Key, out.Clerk = env.Key, string(e.Clerk)
	if err := t.byItsCounter(ctx, &out, e, env); err != nil {
		return err
	}
	t.follows(e, env.Suite, out, seq)
	err = t.granted(ctx, &out, e)
	t.Entries = append(t.Entries, out)
	return err
}

// byItsCounter checks the signature by the key that the ledger knows.
func (t *tracing) byItsCounter(ctx context.Context, out *TracedEntry, e casework.Entry, env protocol.Envelope) error {
	k, err := t.key(ctx, env.Key, t.Height)
	if err != nil {
		return err
	}
	switch {
	case !k.there:
		t.fault("第 %d 条记录的签名密钥不在账本上", "entry %d is signed by a key that the ledger does not know", out.Seq)
		return nil
	case k.state.Withdrawn:
		out.KeyState = "withdrawn"
	case k.state.Suspended:
		out.KeyState = "suspended"
	default:
		out.KeyState = "enrolled"
	}
	if env.Verify(k.state.Key) != nil || k.state.Hall != string(e.Hall) || k.state.Counter != string(e.Counter) {
		t.fault("第 %d 条记录不是由其窗口的密钥签名", "entry %d is not signed by its counter's key", out.Seq)
	}
	return nil
}

// follows checks that the entry is the one that the state names, and continues
// the case by the rules that the ledger itself has.
func (t *tracing) follows(e casework.Entry, suite protocol.Suite, out TracedEntry, seq int) {
	if e.Case != t.Case || e.Kind != out.Kind || !e.Time.Equal(out.Time) || e.Seq != seq {
		t.fault("第 %d 条记录与账本状态所载不是同一条", "entry %d is another than the state says", seq)
	}
	if !t.whole {
		return
	}
	next, err := t.walk.Next(e, out.Digest)
	if err == nil && e.Kind == casework.Submitted && e.Body.Whole != suite.WholeOf(t.digests()) {
		err = casework.Refuse(casework.WrongWhole, "")
	}
	if err != nil {
		t.fault("第 %d 条记录不能接续办件：%s", "entry %d does not continue the case: %s", seq, casework.KindOf(err))
		t.whole = false
		return
	}
	t.walk = next
}

// digests are those of the entries so far.
func (t *tracing) digests() []casework.Digest {
	list := make([]casework.Digest, len(t.Entries))
	for i, e := range t.Entries {
		list[i] = e.Digest
	}
	return list
}
