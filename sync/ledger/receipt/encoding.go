package receipt

import (
	"crypto/sha256"
	"encoding/binary"
)

// The messages that CometBFT hashes and signs are protobuf (proto3): fields in
// the order of their numbers, zero values left out, except embedded messages
// that are not optional, which stay as an empty one.

const nanos = 1_000_000_000

// uintField appends a varint field, unless it is zero. Signed values are
// encoded as their two's complement, as protobuf's int64 is.
func uintField(b []byte, number byte, v uint64) []byte {
	if v == 0 {
		return b
	}
	return binary.AppendUvarint(append(b, number<<3), v)
}

// fixedField appends an sfixed64 field, unless it is zero.
func fixedField(b []byte, number byte, v int64) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint64(append(b, number<<3|1), uint64(v))
}

// bytesField appends a bytes or string field, unless it is empty.
func bytesField[T ~[]byte | ~string](b []byte, number byte, v T) []byte {
	if len(v) == 0 {
		return b
	}
	return messageField(b, number, []byte(v))
}

// messageField appends an embedded message, empty or not.
func messageField(b []byte, number byte, m []byte) []byte {
	b = binary.AppendUvarint(append(b, number<<3|2), uint64(len(m)))
	return append(b, m...)
}

// timestamp is google.protobuf.Timestamp, of a time that is not before 1970.
func timestamp(unixNano int64) []byte {
	return uintField(uintField(nil, 1, uint64(unixNano/nanos)), 2, uint64(unixNano%nanos))
}

// validatorBytes is tendermint.types.SimpleValidator.
func validatorBytes(v Validator) []byte {
	key := bytesField(nil, 1, v.Key) // tendermint.crypto.PublicKey, ed25519
	return uintField(messageField(nil, 1, key), 2, uint64(v.Power))
}

// blockIDBytes is tendermint.types.BlockID, and CanonicalBlockID alike.
func blockIDBytes(id BlockID) []byte {
	parts := bytesField(uintField(nil, 1, uint64(id.Parts.Total)), 2, id.Parts.Hash)
	return messageField(bytesField(nil, 1, id.Hash), 2, parts)
}

// voteBytes is what a validator signs for a precommit: the canonical vote,
// behind its length. A nil vote leaves the block out.
func voteBytes(r Sealed, block [sha256.Size]byte, s Signature) []byte {
	const precommit = 2
	b := uintField(nil, 1, precommit)
	b = fixedField(b, 2, r.Header.Height)
	b = fixedField(b, 3, int64(r.Round))
	if !s.Nil {
		b = messageField(b, 4, blockIDBytes(BlockID{Hash: block[:], Parts: r.Parts}))
	}
	b = messageField(b, 5, timestamp(s.Time))
	b = bytesField(b, 6, r.Header.ChainID)
	return append(binary.AppendUvarint(nil, uint64(len(b))), b...)
}

// hash returns the header's hash, which is the block's: the Merkle root over
// its fourteen fields, each wrapped as a message of its own.
func (h Header) hash() [sha256.Size]byte {
	wrap := func(v Hex) []byte { return bytesField(nil, 1, v) }
	return merkleRoot([][]byte{
		uintField(uintField(nil, 1, h.BlockVersion), 2, h.AppVersion),
		bytesField(nil, 1, h.ChainID),
		uintField(nil, 1, uint64(h.Height)),
		timestamp(h.Time),
		blockIDBytes(h.LastBlock),
		wrap(h.LastCommitHash),
		wrap(h.DataHash),
		wrap(h.ValidatorsHash),
		wrap(h.NextValidatorsHash),
		wrap(h.ConsensusHash),
		wrap(h.AppHash),
		wrap(h.LastResultsHash),
		wrap(h.EvidenceHash),
		wrap(h.ProposerAddress),
	})
}
