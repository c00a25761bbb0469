package bundle

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Read unpacks a bundle and verifies its manifest: the archive's encoding, the
// counter's signature, and the digest of every file. The key is the one that
// signed the manifest; whether it is the counter's, the entries tell.
func Read(raw []byte) (Material, protocol.PublicKey, error) {
	files, err := unpack(raw)
	if err != nil {
		return Material{}, protocol.PublicKey{}, err
	}
	signed, err := readManifest(files[manifestName])
	if err != nil {
		return Material{}, protocol.PublicKey{}, err
	}
	delete(files, manifestName)
	if err := signed.covers(files); err != nil {
		return Material{}, protocol.PublicKey{}, err
	}
	m, err := material(files)
	m.Before = signed.Before
	return m, signed.Key, err
}

func readManifest(raw []byte) (manifest, error) {
	var m manifest
	env, err := protocol.Unseal(raw)
	if err != nil || env.Type != protocol.TypeManifest {
		return m, casework.Refuse(casework.Malformed, "the manifest is missing or is none")
	}
	if err := protocol.Unmarshal(env.Payload, &m); err != nil {
		return m, err
	}
	if m.Version != protocol.Version {
		return m, casework.Refuse(casework.UnsupportedVersion, "the bundle is of another version")
	}
	if err := env.Verify(m.Key); err != nil {
		return m, casework.Refuse(casework.KindOf(err), "the manifest's signature does not hold")
	}
	if err := protocol.FollowHanded(m.Key, m.Before); err != nil {
		return m, err
	}
	return m, nil
}

// covers takes the list out of files and checks that the others are exactly
// those that it names.
func (m manifest) covers(files map[string][]byte) error {
	raw := files[listName]
	delete(files, listName)
	if d := m.Key.Suite.Digest(raw); !bytes.Equal(m.Files, d[:]) {
		return casework.Refuse(casework.WrongCommitment, "the list of files is not the one that was signed")
	}
	var list []file
	if err := protocol.Unmarshal(raw, &list); err != nil {
		return err
	}
	if len(list) != len(files) {
		return casework.Refuse(casework.Malformed, "the archive holds other files than were signed")
	}
	for i, have := range listOf(m.Key.Suite, files) {
		if list[i].Name != have.Name || !bytes.Equal(list[i].Digest, have.Digest) {
			return casework.Refuse(casework.WrongCommitment, "a file is not the one that was signed: "+have.Name)
		}
	}
	return nil
}

// material takes the files apart again, and refuses one that has no place.
func material(files map[string][]byte) (Material, error) {
	m := Material{Trust: files[trustName]}
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
		if !strings.HasPrefix(name, folder) {
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
