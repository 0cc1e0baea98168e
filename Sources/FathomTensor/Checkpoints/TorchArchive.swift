import FathomCore

/// What `torch.save` writes since version 1.6: a zip archive with the pickle `data.pkl` and one stored entry per storage.
enum TorchArchive {
    /// The first bytes of the file.
    static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    static func tensors(of file: MappedFile) throws -> [(key: String, tensor: StoredTensor)] {
        func invalid(_ what: String) -> FathomError { FathomError(.inputInvalid, what, at: file.name) }
        let zip = try ZipReader(InputFile(file))
        let entries = Dictionary(uniqueKeysWithValues: zip.entries.map { ($0.name, $0) })
        let pickles = zip.entries.filter { $0.name.lastPathComponent == "data.pkl" }
        guard pickles.count == 1 else { throw invalid("is a zip archive, but not one that torch.save wrote") }
        guard pickles[0].size <= Checkpoint.headerLimit else {
            throw invalid("has a pickle of \(pickles[0].size) bytes; at most \(Checkpoint.headerLimit) are accepted")
        }
        let folder = String(pickles[0].name.dropLast("data.pkl".count))
        if let order = entries[folder + "byteorder"], try order.size > 6 || zip.read(order) != Array("little".utf8) {
            throw invalid("holds numbers whose highest byte comes first; only the other order can be read")
        }
        let pickle = try PickleReader.read(try zip.read(pickles[0]), name: file.name)
        guard let named = pickle.stateDictionary() else { throw invalid("holds no dictionary of tensors") }
        return try TorchTensor.locate(named, in: file) { storage in
            guard let entry = entries[folder + "data/" + storage.key] else {
                throw FathomError(.inputInvalid, "its storage \(storage.key.quoted) is missing")
            }
            guard let range = entry.storedRange else {
                throw FathomError(
                    .inputInvalid, "is compressed; only archives with stored entries can be read",
                    remedy: "save it again with torch.save")
            }
            return range
        }
    }
}
