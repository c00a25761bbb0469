package journal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"

	"counterfoil/app/casework"
)

// newSealer returns AES-256-GCM whose every seal begins with its own random
// nonce of 96 bits. A key seals one case, a few hundred records at most, far
// below the number at which random nonces meet.
func newSealer(key [32]byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealedRecord is an attachment as it lies on disk.
type sealedRecord struct {
	position    int
	name, media string
	box         []byte
}

// sealRecord seals salt and content together: a salt left in clear would let
// anybody try names against the commitment on the ledger.
func sealRecord(s cipher.AEAD, id casework.CaseID, seq, position int, a casework.Attachment) sealedRecord {
	plain := make([]byte, 0, len(a.Salt)+len(a.Content))
	plain = append(append(plain, a.Salt[:]...), a.Content...)
	r := sealedRecord{position: position, name: a.Name, media: a.Media}
	r.box = s.Seal(nil, nil, plain, r.binding(id, seq))
	return r
}

// open returns the attachment, or damaged when the record is not the one that
// was sealed at this place.
func (r sealedRecord) open(s cipher.AEAD, id casework.CaseID, seq int) (casework.Attachment, error) {
	plain, err := s.Open(nil, nil, r.box, r.binding(id, seq))
	if err != nil || len(plain) < len(casework.Salt{}) {
		return casework.Attachment{}, damaged(id, "an attachment fails its seal")
	}
	a := casework.Attachment{Name: r.name, Media: r.media, Content: plain[len(casework.Salt{}):]}
	copy(a.Salt[:], plain)
	return a, nil
}

// binding is what a seal covers beside the content: every part is preceded by
// its length, so that no two bindings read alike.
func (r sealedRecord) binding(id casework.CaseID, seq int) []byte {
	b := []byte("counterfoil attachment 1")
	for _, part := range []string{string(id), r.name, r.media} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(seq))
	return binary.BigEndian.AppendUint32(b, uint32(r.position))
}
