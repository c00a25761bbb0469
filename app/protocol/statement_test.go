package protocol_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestAStatementComesBackAsItWasSigned(t *testing.T) {
	keys := bothKeys("authority")
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom(keys).Draw(t, "suite")
		at := time.UnixMilli(rapid.Int64Range(1, 1<<42).Draw(t, "at")).UTC()
		s := drawStatement(t, at)
		raw, digest, err := protocol.SignStatement(key, s)
		if err != nil {
			t.Fatal(err)
		}
		got, env, err := protocol.OpenStatement(raw)
		if err != nil || env.Verify(publicOf(key)) != nil || digest != protocol.DigestOf(raw) {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, s) {
			t.Fatalf("signed %+v, opened %+v", s, got)
		}
	})
}

func suites() []protocol.Suite { return []protocol.Suite{protocol.Suite1, protocol.Suite2} }

func drawStatement(t *rapid.T, at time.Time) protocol.Statement {
	grant := casework.GrantID(drawID(t, "grant"))
	switch rapid.IntRange(0, 7).Draw(t, "subject") {
	case 0:
		g := casework.Grant{ID: grant, Item: "SAMPLE-0001", Hall: casework.HallID(drawName(t, "hall")), From: at, Until: at.Add(time.Hour), Salt: casework.Salt(drawDigest(t, "salt"))}
		for range rapid.IntRange(1, 16).Draw(t, "kinds") {
			g.Needs = append(g.Needs, casework.LicenceNeed{Kind: casework.LicenceKind(drawName(t, "kind"))})
		}
		return protocol.RegisterGrant("chain", rapid.SampledFrom(suites()).Draw(t, "suite"), g, at)
	case 1:
		return protocol.RevokeGrant("chain", grant, at)
	case 2:
		return protocol.EnrolKey("chain", "dongcheng", "12", publicOf(testKey(drawName(t, "key"))), at)
	case 3:
		return protocol.SuspendKey("chain", "dongcheng", publicOf(testKey("x")).ID(), at)
	case 4:
		return protocol.ResumeKey("chain", "dongcheng", publicOf(testKey("x")).ID(), at)
	case 5:
		digest := drawDigest(t, "validator")
		to := protocol.HallState{Admin: publicOf(testKey(drawName(t, "admin"))), Validator: digest[:], Power: rapid.Int64Range(0, protocol.MaxPower).Draw(t, "power"), Node: digest[:20]}
		return protocol.SetHall("chain", "dongcheng", to, rapid.IntRange(0, 1<<20).Draw(t, "changes"), at)
	case 6:
		key, err := protocol.CounterKey(secondKey(drawName(t, "key")), testKey(drawName(t, "connection")))
		if err != nil {
			t.Fatal(err)
		}
		return protocol.EnrolKey("chain", "dongcheng", "12", key, at)
	}
	return protocol.WithdrawKey("chain", "dongcheng", publicOf(testKey("x")).ID(), at)
}

func TestARegisteredGrantKeepsWhatTheLedgerChecks(t *testing.T) {
	at := time.UnixMilli(1763870400123).UTC()
	g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "SAMPLE-0001", Hall: "dongcheng", From: at, Until: at.Add(time.Hour), Salt: protocol.NewSalt(),
		Needs: []casework.LicenceNeed{{Kind: "id-card"}, {Kind: "business-licence"}}}
	r := protocol.RegisterGrant("chain", protocol.Suite1, g, at).Registered()
	want := casework.RegisteredGrant{ID: g.ID, Hall: g.Hall, Item: protocol.Suite1.CommitItem(g.Salt, g.Item), From: g.From, Until: g.Until,
		Kinds: []casework.Commitment{protocol.Suite1.CommitKind(g.Salt, "id-card"), protocol.Suite1.CommitKind(g.Salt, "business-licence")}}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("registered %+v, want %+v", r, want)
	}
}

func TestAStatementWhoseFieldsDoNotFitIsRefused(t *testing.T) {
	at := time.Now()
	good := protocol.RegisterGrant("chain", protocol.Suite1, casework.Grant{ID: casework.GrantID(protocol.NewID()), Hall: "h", From: at, Until: at.Add(time.Hour), Needs: []casework.LicenceNeed{{Kind: "id-card"}}}, at)
	for words, change := range map[string]func(*protocol.Statement){
		"no chain":           func(s *protocol.Statement) { s.Chain = "" },
		"another version":    func(s *protocol.Statement) { s.Version = 2 },
		"an unknown subject": func(s *protocol.Statement) { s.Subject = "grant-lent" },
		"a short grant":      func(s *protocol.Statement) { s.Grant = s.Grant[1:] },
		"no kinds":           func(s *protocol.Statement) { s.Kinds = nil },
		"a short kind":       func(s *protocol.Statement) { s.Kinds[0] = s.Kinds[0][1:] },
		"an end before from": func(s *protocol.Statement) { s.Until = s.From },
		"no time":            func(s *protocol.Statement) { s.At = 0 },
	} {
		s := good
		s.Kinds = append([][]byte{}, good.Kinds...)
		change(&s)
		raw, _, err := protocol.SignStatement(testKey("authority"), s)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := protocol.OpenStatement(raw); err == nil {
			t.Error(words, "is accepted")
		}
	}
}

func TestCommitmentsOpenOnlyWithTheirSaltAndContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		salt, content := casework.Salt(drawDigest(t, "salt")), rapid.SliceOf(rapid.Byte()).Draw(t, "content")
		s := rapid.SampledFrom(suites()).Draw(t, "suite")
		c := s.Commit(salt, content)
		if c != s.Commit(salt, content) {
			t.Fatal("not the same twice")
		}
		other := salt
		other[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		if c == s.Commit(other, content) || c == s.Commit(salt, append(content, 0)) || c == (3-s).Commit(salt, content) {
			t.Fatal("opens with something else")
		}
	})
	salt := protocol.NewSalt()
	for _, s := range suites() {
		if s.CommitItem(salt, "x") == s.CommitKind(salt, "x") {
			t.Error("an item and a kind of the same name cannot be told apart")
		}
	}
}
