package bundle

import (
	"encoding/json"
	"fmt"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// commitments checks what an entry commits to against the contents. It returns
// how many were checked, and whether the entry commits to something whose
// content is not there any more.
func (c *checker) commitments(e casework.Entry, contents []casework.Attachment) (int, bool, error) {
	want := c.wanted(e)
	if len(contents) == 0 && e.Kind != casework.Authorized {
		return 0, len(want) > 0, nil
	}
	for name, commitment := range want {
		a, ok := named(contents, name)
		if !ok || protocol.Commit(a.Salt, a.Content) != commitment {
			return 0, false, casework.Refuse(casework.WrongCommitment, "the content is not what the entry commits to: "+name)
		}
	}
	switch e.Kind {
	case casework.Authorized:
		if len(contents) == 0 {
			return 0, true, nil
		}
		return 1, false, c.grantOf(e, contents)
	case casework.Retrieved:
		return 2 * len(want), false, c.kinds(e, contents)
	}
	if len(contents) != len(want) {
		return 0, false, casework.Refuse(casework.WrongCommitment, "a content is there that the entry does not commit to")
	}
	return len(want), false, nil
}

// wanted returns, by attachment name, the commitments of an entry's own contents.
func (c *checker) wanted(e casework.Entry) map[string]casework.Commitment {
	want := map[string]casework.Commitment{}
	add := func(name string, v casework.Commitment) {
		if !v.IsZero() {
			want[name] = v
		}
	}
	if e.Kind == casework.Opened {
		add("item", e.Body.Item)
	}
	for i, l := range e.Body.Licences {
		add(fmt.Sprintf("licence-%d", i+1), l.Original)
	}
	add("fields", e.Body.Fields)
	add("picture", e.Body.Picture)
	add("ink", e.Body.Ink)
	add("photo", e.Body.Photo)
	return want
}

// grantOf checks that the grant in the bundle is the one that the entry names
// and that its salt opens the item's commitment.
func (c *checker) grantOf(e casework.Entry, contents []casework.Attachment) error {
	a, ok := named(contents, "grant")
	var g casework.Grant
	if !ok || len(contents) != 1 || json.Unmarshal(a.Content, &g) != nil {
		return casework.Refuse(casework.Malformed, "the grant is missing or is none")
	}
	if g.ID != e.Body.Grant || protocol.CommitItem(g.Salt, g.Item) != e.Body.Item {
		return casework.Refuse(casework.WrongCommitment, "the grant is not what the entry commits to")
	}
	c.grant = &g
	return nil
}

// kinds checks the licence kinds under the grant's salt.
func (c *checker) kinds(e casework.Entry, contents []casework.Attachment) error {
	if c.grant == nil || len(contents) != len(e.Body.Licences) {
		return casework.Refuse(casework.WrongCommitment, "the licences are not those of the entry")
	}
	for i, l := range e.Body.Licences {
		a, _ := named(contents, fmt.Sprintf("licence-%d", i+1))
		kind, err := kindOf(a.Content)
		if err != nil {
			return err
		}
		if protocol.CommitKind(c.grant.Salt, kind) != l.Kind {
			return casework.Refuse(casework.WrongCommitment, "a licence is of another kind than the entry commits to")
		}
	}
	return nil
}

func kindOf(presented []byte) (casework.LicenceKind, error) {
	var p protocol.Presented
	if err := protocol.Unmarshal(presented, &p); err != nil {
		return "", err
	}
	env, err := protocol.Unseal(p.Signed)
	if err != nil {
		return "", err
	}
	var o protocol.Original
	if err := protocol.Unmarshal(env.Payload, &o); err != nil {
		return "", err
	}
	return casework.LicenceKind(o.Kind), nil
}

func named(list []casework.Attachment, name string) (casework.Attachment, bool) {
	for _, a := range list {
		if a.Name == name {
			return a, true
		}
	}
	return casework.Attachment{}, false
}
