package bundle

import (
	"bytes"
	"fmt"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Read unpacks a bundle and verifies its manifest: the archive's encoding, the
// counter's signature, and the digest of every file.
func Read(raw []byte) (Material, protocol.PublicKey, error) {
	files, err := unpack(raw)
	if err != nil {
		return Material{}, protocol.PublicKey{}, err
	}
	list, err := readManifest(files[manifestName])
	if err != nil {
		return Material{}, protocol.PublicKey{}, err
	}
	delete(files, manifestName)
	if err := list.covers(files); err != nil {
		return Material{}, protocol.PublicKey{}, err
	}
	m, err := material(files)
	return m, list.Key, err
}

func readManifest(raw []byte) (manifest, error) {
	var list manifest
	env, err := protocol.Unseal(raw)
	if err != nil || env.Type != protocol.TypeManifest {
		return list, casework.Refuse(casework.Malformed, "the manifest is missing or is none")
	}
	if err := protocol.Unmarshal(env.Payload, &list); err != nil {
		return list, err
	}
	if list.Version != protocol.Version {
		return list, casework.Refuse(casework.UnsupportedVersion, "the bundle is of another version")
	}
	return list, env.Verify(list.Key)
}

func (l manifest) covers(files map[string][]byte) error {
	if len(l.Files) != len(files) {
		return casework.Refuse(casework.Malformed, "the archive holds other files than the manifest names")
	}
	for _, f := range l.Files {
		b, ok := files[f.Name]
		d := protocol.DigestOf(b)
		if !ok || !bytes.Equal(f.Digest, d[:]) {
			return casework.Refuse(casework.WrongCommitment, "a file is not the one that the manifest names: "+f.Name)
		}
	}
	return nil
}

// material takes the files apart again, and refuses one that has no place.
func material(files map[string][]byte) (Material, error) {
	m := Material{Trust: files["trust.json"]}
	used := 1
	for seq := 1; ; seq++ {
		raw, ok := files[fmt.Sprintf("entries/%03d.cose", seq)]
		if !ok {
			break
		}
		used++
		receipt, ok := files[fmt.Sprintf("receipts/%03d.json", seq)]
		if ok {
			used++
		}
		contents, err := contentsOf(files, fmt.Sprintf("content/%03d/", seq))
		if err != nil {
			return m, err
		}
		used += len(contents)
		m.Entries, m.Receipts, m.Contents = append(m.Entries, raw), append(m.Receipts, receipt), append(m.Contents, contents)
	}
	if used != len(files) || len(m.Entries) == 0 {
		return m, casework.Refuse(casework.Malformed, "the archive holds files that have no place in a bundle")
	}
	return m, nil
}

func contentsOf(files map[string][]byte, folder string) ([]casework.Attachment, error) {
	var list []casework.Attachment
	for _, name := range sortedNames(files) {
		if !bytes.HasPrefix([]byte(name), []byte(folder)) {
			continue
		}
		var c content
		if err := protocol.Unmarshal(files[name], &c); err != nil {
			return nil, err
		}
		if name != folder+c.Name+".cbor" || len(c.Salt) != 32 {
			return nil, casework.Refuse(casework.Malformed, "a content is not what its name says")
		}
		list = append(list, casework.Attachment{Name: c.Name, Media: c.Media, Salt: casework.Salt(c.Salt), Content: slices.Clone(c.Content)})
	}
	return list, nil
}
