package receipt

import (
	"slices"
)

// fields changes a header and its signatures, knowing what they mean; now and
// then somebody signs the result.
func (m *mutator) fields(s *Sealed) {
	s.Signatures = slices.Clone(s.Signatures)
	for range 1 + m.r.IntN(2) {
		if m.r.IntN(3) == 0 {
			m.header(&s.Header)
		} else {
			m.votes(s)
		}
	}
	if m.r.IntN(3) == 0 {
		m.sign(s)
	}
}

func (m *mutator) header(h *Header) {
	other := m.c.blocks[m.r.IntN(len(m.c.blocks))]
	hashes := []*Hex{&h.LastBlock.Hash, &h.LastBlock.Parts.Hash, &h.LastCommitHash, &h.DataHash, &h.ValidatorsHash, &h.NextValidatorsHash,
		&h.ConsensusHash, &h.AppHash, &h.LastResultsHash, &h.EvidenceHash, &h.ProposerAddress}
	hash := hashes[m.r.IntN(len(hashes))]
	switch m.r.IntN(12) {
	case 0:
		h.Height += m.r.Int64N(9) - 4
	case 1:
		h.Height = []int64{0, -1, 1, 1 << 62, -1 << 63}[m.r.IntN(5)]
	case 2:
		h.Time += (m.r.Int64N(9) - 4) * 10 * nanos
	case 3:
		h.Time = []int64{0, -1, 1, 1<<63 - 1, -1 << 63}[m.r.IntN(5)]
	case 4:
		*hash = m.flipped(*hash)
	case 5:
		*hash = [][]byte{nil, {}, {1}, (*hash)[:len(*hash)/2], append(slices.Clone(*hash), 0)}[m.r.IntN(5)]
	case 6:
		h.ChainID = []string{"", "x", chainName + "x", string(make([]byte, 51))}[m.r.IntN(4)]
	case 7:
		h.BlockVersion, h.AppVersion = uint64(m.r.IntN(13)), m.r.Uint64()
	case 8:
		*h = sealedOf(other.header, other.commit).Header
	case 9:
		h.LastBlock.Parts.Total = m.r.Uint32()
	case 10:
		h.ValidatorsHash = m.signers().Hash()
	case 11:
		h.NextValidatorsHash = m.signers().Hash()
	}
}

func (m *mutator) votes(s *Sealed) {
	if len(s.Signatures) == 0 {
		return
	}
	i, j := m.r.IntN(len(s.Signatures)), m.r.IntN(len(s.Signatures))
	other := m.c.blocks[m.r.IntN(len(m.c.blocks))]
	theirs := sealedOf(other.header, other.commit).Signatures
	switch kind := m.r.IntN(11); {
	case kind == 0:
		s.Signatures[i], s.Signatures[j] = s.Signatures[j], s.Signatures[i]
	case kind == 1:
		s.Signatures[i] = nil
	case kind == 2:
		s.Signatures = theirs
	case kind == 3:
		s.Signatures = append(s.Signatures, s.Signatures[i])
	case kind == 4:
		s.Signatures = slices.Delete(s.Signatures, i, i+1)
	case kind == 5:
		s.Round = []int32{-1, 1, 2, 1<<31 - 1, -1 << 31}[m.r.IntN(5)]
	case kind == 6:
		s.Parts = Parts{Total: m.r.Uint32N(3), Hash: [][]byte{nil, {1}, m.flipped(s.Parts.Hash)}[m.r.IntN(3)]}
	case s.Signatures[i] == nil:
		s.Signatures[i] = theirs[min(i, len(theirs)-1)]
	default:
		v := *s.Signatures[i]
		s.Signatures[i] = &v
		switch kind {
		case 7:
			v.Time += m.r.Int64N(5) - 2
		case 8:
			v.Nil = !v.Nil
		case 9:
			v.Bytes = m.flipped(v.Bytes)
		case 10:
			v.Bytes = [][]byte{nil, make([]byte, 64), slices.Clone(v.Bytes[:len(v.Bytes)/2]), append(slices.Clone(v.Bytes), 0), highS(v.Bytes)}[m.r.IntN(5)]
		}
	}
}

// highS is the same signature with its scalar out of range, which lenient
// verifiers take.
func highS(signature []byte) []byte {
	order := []byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}
	s, carry := slices.Clone(signature), 0
	for i := 32; i < len(s) && i < 64; i++ {
		carry += int(s[i]) + int(order[i-32])
		s[i], carry = byte(carry), carry>>8
	}
	return s
}

// sign has the validators of some set sign the header as it is now: all of them,
// or only some.
func (m *mutator) sign(s *Sealed) {
	set := m.signers()
	if m.r.IntN(2) == 0 {
		s.Header.ValidatorsHash = set.Hash()
	}
	lazy := m.r.IntN(3) == 0
	block := s.Header.hash()
	s.Signatures = nil
	for _, v := range set.Validators {
		sig := Signature{Time: s.Header.Time + m.r.Int64N(nanos), Nil: lazy && m.r.IntN(4) == 0}
		if lazy && m.r.IntN(3) == 0 || sig.Time < 0 {
			s.Signatures = append(s.Signatures, nil)
			continue
		}
		signed, err := m.c.keys[string(v.Address)].Sign(voteBytes(*s, block, sig))
		if err != nil {
			m.t.Error(err)
		}
		sig.Bytes = signed
		s.Signatures = append(s.Signatures, &sig)
	}
}

func (m *mutator) path(r *Receipt) {
	r.Path = slices.Clone(r.Path)
	if m.r.IntN(4) > 0 || len(r.Path) == 0 {
		return
	}
	i, j := m.r.IntN(len(r.Path)), m.r.IntN(len(r.Path))
	switch s := r.Path[i]; m.r.IntN(7) {
	case 0:
		r.Path[i] = Sibling{Left: s.Right, Right: s.Left}
	case 1:
		r.Path[i], r.Path[j] = r.Path[j], r.Path[i]
	case 2:
		r.Path = slices.Delete(r.Path, i, i+1)
	case 3:
		r.Path = append(r.Path, s)
	case 4:
		r.Path[i] = Sibling{Left: m.flipped(s.Left), Right: m.flipped(s.Right)}
	case 5:
		r.Path[i] = Sibling{Left: append(s.Left, s.Right...), Right: append(s.Right, s.Left...)}
	case 6:
		r.Path = []Sibling{}
	}
}

// validators changes where a link leads; now and then its block says so too.
func (m *mutator) validators(l *Link) {
	i, j := m.r.IntN(len(l.Validators)), m.r.IntN(len(l.Validators))
	switch m.r.IntN(9) {
	case 0:
		l.Validators[i], l.Validators[j] = l.Validators[j], l.Validators[i]
	case 1:
		l.Validators[i].Power = []int64{0, -1, 1, 11, 1 << 58, 1 << 60, 1<<63 - 1}[m.r.IntN(7)]
	case 2:
		l.Validators[i].Key = m.flipped(l.Validators[i].Key)
	case 3:
		l.Validators[i] = l.Validators[j]
	case 4:
		l.Validators = slices.Delete(l.Validators, i, i+1)
	case 5:
		l.Validators = validatorsOf(m.signers())
	case 6:
		l.Validators[i].Key = append(slices.Clone(l.Validators[i].Key), 0)
	}
	if set, err := newSet(l.Validators); err == nil && m.r.IntN(2) == 0 {
		l.Header.NextValidatorsHash = set.hash[:]
		m.sign(&l.Sealed)
	}
}
