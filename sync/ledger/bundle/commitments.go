package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// commitments checks what an entry commits to against the contents. It returns
// how many commitments were opened, and whether the entry commits to something
// whose content was destroyed. A case's content goes as a whole, so one step
// without it among others that have theirs is a content taken out.
func (c *checker) commitments(suite protocol.Suite, e casework.Entry, contents []casework.Attachment) (int, bool, error) {
	want := c.wanted(e)
	names := len(want)
	if e.Body.Grant != "" && e.Kind == casework.Authorized {
		names++ // the grant, which opens the item's commitment
	}
	switch {
	case c.destroyed:
		return 0, names > 0, nil
	case len(contents) == 0 && names > 0:
		return 0, false, casework.Refuse(casework.WrongCommitment, "the content of this step was taken out: other steps have theirs")
	case len(contents) != names:
		return 0, false, casework.Refuse(casework.WrongCommitment, "there are more or fewer contents than the entry commits to")
	}
	for name, commitment := range want {
		a, ok := named(contents, name)
		if !ok || suite.Commit(a.Salt, a.Content) != commitment {
			return 0, false, casework.Refuse(casework.WrongCommitment, "the content is not what the entry commits to: "+name)
		}
	}
	switch e.Kind {
	case casework.Opened:
		c.item = contents[0].Content
	case casework.Authorized:
		if e.Body.Method == casework.ByPaper {
			return names, false, c.onPaper(contents)
		}
		return names, false, c.grantOf(suite, e, contents)
	case casework.Retrieved:
		return 2 * names, false, c.kinds(suite, e, contents)
	}
	return names, false, nil
}

// wanted returns, by attachment name, the commitments of an entry's own contents.
func (c *checker) wanted(e casework.Entry) map[string]casework.Commitment {
	want := map[string]casework.Commitment{}
	add := func(name string, v casework.Commitment) {
		if !v.IsZero() {
			want[name] = v
		}
	}
	if e.Kind == casework.Opened || e.Body.Method == casework.ByPaper {
		add("item", e.Body.Item)
	}
	add("acting", e.Body.Acting)
	add("originals", e.Body.Originals)
	for i, l := range e.Body.Licences {
		add(fmt.Sprintf("licence-%d", i+1), l.Original)
	}
	add("fields", e.Body.Fields)
	add("picture", e.Body.Picture)
	add("ink", e.Body.Ink)
	add("photo", e.Body.Photo)
	return want
}

// grantOf checks that the grant in the bundle is the one that the entry names,
// that its salt opens the item's commitment, and that it is for the item that
// the case was opened for: the ledger can't compare the two, because their salts
// differ.
func (c *checker) grantOf(suite protocol.Suite, e casework.Entry, contents []casework.Attachment) error {
	a, ok := named(contents, "grant")
	var g casework.Grant
	if !ok || json.Unmarshal(a.Content, &g) != nil {
		return casework.Refuse(casework.Malformed, "the grant is missing or is none")
	}
	if g.ID != e.Body.Grant || suite.CommitItem(g.Salt, g.Item) != e.Body.Item {
		return casework.Refuse(casework.WrongCommitment, "the grant is not what the entry commits to")
	}
	if !bytes.Equal(c.item, protocol.ItemContent(g.Item)) {
		return casework.Refuse(casework.WrongItem, "the grant is for another item than the case was opened for")
	}
	c.grant = &g
	return nil
}

// onPaper checks that the originals were shown for the item that the case was
// opened for, and that somebody compared who showed them.
func (c *checker) onPaper(contents []casework.Attachment) error {
	item, _ := named(contents, "item")
	if !bytes.Equal(c.item, item.Content) {
		return casework.Refuse(casework.WrongItem, "the originals are for another item than the case was opened for")
	}
	a, _ := named(contents, "originals")
	var o casework.Originals
	if json.Unmarshal(a.Content, &o) != nil || o.Compared != casework.ByEye || !slices.Contains(casework.PaperReasons(), o.Reason) {
		return casework.Refuse(casework.Malformed, "the originals are none, or nobody compared the person")
	}
	return nil
}

// kinds checks the item and the licence kinds under the grant's salt.
func (c *checker) kinds(suite protocol.Suite, e casework.Entry, contents []casework.Attachment) error {
	if suite.CommitItem(c.grant.Salt, c.grant.Item) != e.Body.Item {
		return casework.Refuse(casework.WrongItem, "the retrieval is for another item than the grant")
	}
	for i, l := range e.Body.Licences {
		a, _ := named(contents, fmt.Sprintf("licence-%d", i+1))
		kind, err := kindOf(a.Content)
		if err != nil {
			return err
		}
		if suite.CommitKind(c.grant.Salt, kind) != l.Kind {
			return casework.Refuse(casework.WrongCommitment, "a licence is of another kind than the entry commits to")
		}
	}
	return nil
}

// kindOf reads the kind off a licence's original. The issuer's signature was
// verified at the counter; the auditor's machine need not have the issuers' keys.
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
