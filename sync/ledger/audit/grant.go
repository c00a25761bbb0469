package audit

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// TracedGrant is an authorization that a case stood on.
type TracedGrant struct {
	ID           casework.GrantID `json:"id"`
	Hall         casework.HallID  `json:"hall"`
	From         time.Time        `json:"from"`
	Until        time.Time        `json:"until"`
	Registered   int64            `json:"registered"`             // height
	RegisteredOn time.Time        `json:"registered_on,omitzero"` // the ledger's time; zero when no node has the block any more
	Used         int64            `json:"used,omitempty"`         // height of the first entry that names it
	Revoked      time.Time        `json:"revoked,omitzero"`       // the centre's clock: the citizen's word (解绑)
	RevokedAt    int64            `json:"revoked_at,omitempty"`   // height
	RevokedOn    time.Time        `json:"revoked_on,omitzero"`    // the ledger's time
	Proved       bool             `json:"proved"`                 // by the signed statements and their receipts, and not by the state alone
	order        int
}

// grantView is a grant with what the rules ask of it.
type grantView struct {
	TracedGrant
	rules casework.RegisteredGrant
	there bool
}

// grant reads a grant, once a case, with the statements about it. The empty id
// has none.
func (t *tracing) grant(ctx context.Context, id casework.GrantID) (*grantView, error) {
	if g := t.grants[id]; g != nil || id == "" {
		return g, nil
	}
	s, answer, err := record[protocol.GrantState](ctx, t.auditor, protocol.LedgerGrant+string(id), t.Height)
	if err != nil {
		return nil, err
	}
	g := &grantView{there: answer.Value != nil, rules: s.Grant(id), TracedGrant: TracedGrant{ID: id, order: len(t.grants)}}
	t.grants[id] = g
	if !g.there {
		t.fault("授权 %s 未在账本登记", "grant %s is not registered", id)
		return g, nil
	}
	g.Hall, g.From, g.Until, g.Registered = g.rules.Hall, g.rules.From, g.rules.Until, s.Registered
	g.Revoked, g.RevokedAt = g.rules.Revoked, s.RevokedAt
	if hex.EncodeToString(s.Case) != string(t.Case) {
		t.fault("授权 %s 属于另一办件", "grant %s is another case's", id)
	}
	return g, t.statements(ctx, g, s)
}

// statements checks what the authorization service signed about a grant against
// what the state says.
func (t *tracing) statements(ctx context.Context, g *grantView, s protocol.GrantState) error {
	registration, on, err := t.statement(ctx, s.Statement, s.Registered)
	if err != nil {
		return err
	}
	g.Proved, g.RegisteredOn = registration != nil, on
	if r := registration; r != nil {
		said, want := r.Registered(), g.rules
		if r.Subject != protocol.GrantRegistered || said.ID != want.ID || said.Hall != want.Hall || said.Item != want.Item || !slices.Equal(said.Kinds, want.Kinds) ||
			!said.From.Equal(want.From) || !said.Until.Equal(want.Until) {
			t.fault("授权 %s 的登记与账本所载不同", "grant %s was registered as another than the state says", g.ID)
		}
	}
	if s.RevokedAt == 0 {
		return nil
	}
	revocation, on, err := t.statement(ctx, s.Revocation, s.RevokedAt)
	if err != nil {
		return err
	}
	g.Proved, g.RevokedOn = g.Proved && revocation != nil, on
	if r := revocation; r != nil && (r.Subject != protocol.GrantRevoked || r.GrantID() != g.ID || r.At != s.Revoked) {
		t.fault("授权 %s 的解绑与账本所载不同", "grant %s was revoked otherwise than the state says", g.ID)
	}
	return nil
}

// statement fetches a statement of the authorization service and checks its
// signature; nil when no node has its block any more.
func (t *tracing) statement(ctx context.Context, digest []byte, height int64) (*protocol.Statement, time.Time, error) {
	if len(digest) != len(casework.Digest{}) {
		t.fault("账本状态没有指明声明", "the state names no statement")
		return nil, time.Time{}, nil
	}
	raw, receipt, err := t.signed(ctx, casework.Digest(digest), t.fresh(height))
	if err != nil || raw == nil {
		return nil, time.Time{}, err
	}
	key, err := t.service(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	s, env, err := protocol.OpenStatement(raw)
	if err != nil || env.Verify(key) != nil || receipt.Height != height {
		t.fault("高度 %d 的声明不是授权服务所签", "the statement at height %d is not the authorization service's", height)
		return nil, receipt.Time, nil
	}
	return &s, receipt.Time, nil
}

// granted checks that an entry is covered by the grant that it names or that its
// case stands on. What the ledger took before it knew of a revocation is no
// fault of the ledger's, and is marked.
func (t *tracing) granted(ctx context.Context, out *TracedEntry, e casework.Entry) error {
	id := e.Body.Grant
	if id == "" && t.whole {
		id = t.walk.Grant
	}
	g, err := t.grant(ctx, id)
	if err != nil || g == nil || !g.there {
		return err
	}
	if g.Used == 0 {
		g.Used = out.Height
	}
	rules := g.rules
	out.After = !rules.Revoked.IsZero() && e.Kind != casework.Abandoned && !e.Time.Before(rules.Revoked)
	if g.RevokedAt >= out.Height {
		rules.Revoked = time.Time{}
	}
	if err := rules.Permits(e); err != nil {
		t.fault("第 %d 条记录不在其授权范围内：%s", "entry %d is not covered by its grant: %s", out.Seq, casework.KindOf(err))
	}
	if g.Registered > out.Height {
		t.fault("第 %d 条记录早于其授权的登记", "entry %d stands before its grant was registered", out.Seq)
	}
	return nil
}
