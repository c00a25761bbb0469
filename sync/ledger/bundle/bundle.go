// Package bundle writes and checks the evidence of one case as a file that can
// be handed to an auditor: the signed entries, the ledger's receipts, what the
// entries commit to, and the validator set that the counter trusted.
//
// A bundle is a ZIP archive with exactly one possible encoding of its content
// (stored, sorted, no times), and a manifest signed by the counter's device
// key names every file with its digest. So any changed byte is found, also in
// the archive's own structure. What a bundle proves, it proves by the receipts:
// who made the archive does not matter.
//
// The package reads and writes bytes; it opens no network and no journal. A
// bundle holds the case's unsealed content: whoever exports one is answerable
// for where it goes.
package bundle

import (
	"archive/zip"
	"bytes"
	"crypto"
	"fmt"
	"io"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// MaxBytes bounds a bundle that is read.
const MaxBytes = 64 << 20

// Material is what a bundle is made of. Receipts and Contents run parallel to
// Entries; a nil receipt is one that the ledger has not given yet, a nil
// content is one that was destroyed or never was.
type Material struct {
	Entries  [][]byte
	Receipts [][]byte
	Contents [][]casework.Attachment
	Trust    []byte // the trust document of package receipt
}

// manifest is signed by the counter.
type manifest struct {
	Version int                `cbor:"1,keyasint"`
	Key     protocol.PublicKey `cbor:"2,keyasint"`
	Files   []file             `cbor:"3,keyasint"` // sorted by name
}

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

const manifestName = "manifest.cose"

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
	list := manifest{Version: protocol.Version, Key: key}
	for _, name := range sortedNames(files) {
		d := protocol.DigestOf(files[name])
		list.Files = append(list.Files, file{Name: name, Digest: d[:]})
	}
	payload, err := protocol.Marshal(list)
	if err != nil {
		return err
	}
	if files[manifestName], err = protocol.Seal(signer, protocol.TypeManifest, payload); err != nil {
		return err
	}
	return archive(w, files)
}

func (m Material) files() (map[string][]byte, error) {
	files := map[string][]byte{"trust.json": m.Trust}
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

// archive writes the one encoding that a set of files has.
func archive(w io.Writer, files map[string][]byte) error {
	z := zip.NewWriter(w)
	for _, name := range sortedNames(files) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := f.Write(files[name]); err != nil {
			return err
		}
	}
	return z.Close()
}

func sortedNames(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// unpack reads an archive and refuses any but the one encoding of its content.
func unpack(raw []byte) (map[string][]byte, error) {
	if len(raw) > MaxBytes {
		return nil, casework.Refuse(casework.Malformed, "the bundle is too large")
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, casework.Refuse(casework.Malformed, "the bundle is not a ZIP archive")
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		if f.Method != zip.Store || f.UncompressedSize64 > MaxBytes {
			return nil, casework.Refuse(casework.Malformed, "the archive is not in the one encoding of a bundle")
		}
		b, err := readAll(f)
		if err != nil {
			return nil, casework.Refuse(casework.Malformed, "a file of the archive is damaged")
		}
		files[f.Name] = b
	}
	var again bytes.Buffer
	if err := archive(&again, files); err != nil || !bytes.Equal(again.Bytes(), raw) {
		return nil, casework.Refuse(casework.Malformed, "the archive is not in the one encoding of a bundle")
	}
	return files, nil
}

func readAll(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, MaxBytes))
}
