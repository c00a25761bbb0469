package journal

import (
	"crypto/cipher"
	"encoding/binary"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// sealerOf returns the sealer of a suite, whose every seal begins with its own
// random nonce of 96 bits. A key seals one case, a few hundred records at most, far
// below the number at which random nonces meet. A suite with shorter keys takes the
// first bytes of ours, which are random or derived.
func sealerOf(suite protocol.Suite) (sealer, error) {
	if err := suite.Check(); err != nil {
		return nil, err
	}
	return func(key [32]byte) (cipher.AEAD, error) { return suite.AEAD(key[:suite.KeySize()]) }, nil
}

// sealedRecord is an attachment as it lies on disk.
type sealedRecord struct {
	position    int
	name, media string
	box         []byte
}

// sealedAt is where a record belongs: its seal opens nowhere else.
type sealedAt struct {
	id   casework.CaseID
	seq  int
	kind casework.StepKind
}

// sealRecord seals salt and content together: a salt left in clear would let
// anybody try names against the commitment on the ledger.
func sealRecord(s caseKey, at sealedAt, position int, a casework.Attachment) sealedRecord {
	plain := make([]byte, 0, len(a.Salt)+len(a.Content))
	plain = append(append(plain, a.Salt[:]...), a.Content...)
	r := sealedRecord{position: position, name: a.Name, media: a.Media}
	r.box = s.Seal(nil, nil, plain, r.binding(at))
	clear(plain)
	return r
}

// open returns the attachment, or damaged when the record is not the one that
// was sealed at this place.
func (r sealedRecord) open(s caseKey, at sealedAt) (casework.Attachment, error) {
	plain, err := s.Open(nil, nil, r.box, r.binding(at))
	if err != nil && s.day == "" { // a case of an older program
		plain, err = s.Open(nil, nil, r.box, r.binding1(at))
	}
	if err != nil || len(plain) < len(casework.Salt{}) {
		return casework.Attachment{}, damaged(at.id, "an attachment fails its seal")
	}
	a := casework.Attachment{Name: r.name, Media: r.media, Content: plain[len(casework.Salt{}):]}
	copy(a.Salt[:], plain)
	return a, nil
}

// binding is what a seal covers beside the content: every part is preceded by
// its length, so that no two bindings read alike.
func (r sealedRecord) binding(at sealedAt) []byte {
	return r.bind("counterfoil attachment 2", at, string(at.id), string(at.kind), r.name, r.media)
}

// binding1 is that of records sealed before the kind of step was covered. The
// signed entry says it, too; the seal now does so without the entry.
func (r sealedRecord) binding1(at sealedAt) []byte {
	return r.bind("counterfoil attachment 1", at, string(at.id), r.name, r.media)
}

func (r sealedRecord) bind(what string, at sealedAt, parts ...string) []byte {
	b := []byte(what)
	for _, part := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(at.seq))
	return binary.BigEndian.AppendUint32(b, uint32(r.position))
}
