// Package bundle writes and checks the evidence of one case as a file that can
// be handed to an auditor: the signed entries, the ledger's receipts, what the
// entries commit to, and the validators that the counter trusted, with the links
// through every change of them since.
//
// A bundle is a ZIP archive with exactly one possible encoding of its content.
// A list names every file with its digest, and the counter's device key signs
// the list. So any changed byte is found, also in the archive's own structure.
//
// What a bundle proves, it proves by the receipts: every entry was on the
// ledger, in its order, and the contents are what the entries commit to. What it
// can't prove is that nothing came later: a counter that leaves out a case's last
// entries makes a bundle that holds and ends earlier, which the checker says;
// the ledger knows where the case stands. Of the grant only its id and its item
// are committed to; the rest of it is the counter's word.
//
// The package reads and writes bytes; it opens no network and no journal. A
// bundle holds the case's unsealed content: whoever exports one is answerable
// for where it goes.
package bundle

import (
	"crypto"
	"fmt"
	"io"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// MaxBytes bounds a bundle.
const MaxBytes = 64 << 20

// Material is what a bundle is made of. Receipts and Contents run parallel to
// Entries; a nil receipt is one that the ledger has not given yet. Content is
// destroyed by the case, so either every step that commits to content has it, or
// none does.
type Material struct {
	Entries  [][]byte
	Receipts [][]byte
	Contents [][]casework.Attachment
	Before   []protocol.Handed // the counter's keys of before, where it had any: its entries may be theirs
	Trust    []byte            // the trust document of package receipt, with the links that the receipts need
}

// manifest is signed by the counter. It names the list of files by its digest
// alone, because a case of many steps has a longer list than a signed message
// may be.
type manifest struct {
	Version int                `cbor:"1,keyasint"`
	Key     protocol.PublicKey `cbor:"2,keyasint"`
	Files   []byte             `cbor:"3,keyasint"` // digest of files.cbor
	Before  []protocol.Handed  `cbor:"4,keyasint,omitempty"`
}

// file is a line of files.cbor, which is sorted by name.
type file struct {
	Name   string `cbor:"1,keyasint"`
	Digest []byte `cbor:"2,keyasint"`
}

// content is an attachment in the archive.
type content struct {
	Name    string `cbor:"1,keyasint"`
	Media   string `cbor:"2,keyasint"`
	Salt    []byte `cbor:"3,keyasint"`
	Content []byte `cbor:"4,keyasint"`
}

const (
	manifestName = "manifest.cose"
	listName     = "files.cbor"
	trustName    = "trust.json"
)

// Write writes the bundle of m, signed by the counter's device key.
func Write(w io.Writer, signer crypto.Signer, m Material) error {
	files, err := m.files()
	if err != nil {
		return err
	}
	key, err := protocol.PublicOf(signer)
	if err != nil {
		return err
	}
	if files[listName], err = protocol.Marshal(listOf(key.Suite, files)); err != nil {
		return err
	}
	digest := key.Suite.Digest(files[listName])
	payload, err := protocol.Marshal(manifest{Version: protocol.Version, Key: key, Files: digest[:], Before: m.Before})
	if err != nil {
		return err
	}
	if files[manifestName], err = protocol.Seal(signer, protocol.TypeManifest, payload); err != nil {
		return err
	}
	whole := archive(files)
	if len(whole) > MaxBytes {
		return casework.Refuse(casework.Malformed, "the bundle is too large")
	}
	_, err = w.Write(whole)
	return err
}

// listOf lists the files with their digests of the counter's suite.
func listOf(suite protocol.Suite, files map[string][]byte) []file {
	var list []file
	for _, name := range sortedNames(files) {
		d := suite.Digest(files[name])
		list = append(list, file{Name: name, Digest: d[:]})
	}
	return list
}

func (m Material) files() (map[string][]byte, error) {
	files := map[string][]byte{trustName: m.Trust}
	for i, raw := range m.Entries {
		files[fmt.Sprintf("entries/%03d.cose", i+1)] = raw
		if i < len(m.Receipts) && m.Receipts[i] != nil {
			files[fmt.Sprintf("receipts/%03d.json", i+1)] = m.Receipts[i]
		}
		if i >= len(m.Contents) {
			continue
		}
		for _, a := range m.Contents[i] {
			b, err := protocol.Marshal(content{Name: a.Name, Media: a.Media, Salt: a.Salt[:], Content: a.Content})
			if err != nil {
				return nil, err
			}
			files[fmt.Sprintf("content/%03d/%s.cbor", i+1, a.Name)] = b
		}
	}
	return files, nil
}
