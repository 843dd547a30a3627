import CKernels

/// Draws correlated normals, and one draw a step of a mixing law, for a tile.
///
/// - Cost: one matrix product a tile, O(steps x assets squared).
struct CorrelatedDraws: Sendable {
  /// The streams of the normals and of the mixing law.
  struct Streams: Sendable {
    let normal: Stream
    var mixing = Stream.priceMixing

    /// For the steps from time 0 on.
    static let path = Streams(normal: .priceNormal)
    /// For the steps in which a volatility settles before time 0.
    static let settling = Streams(normal: .settlingNormal, mixing: .settlingMixing)
    /// For the shocks of variances, which have no mixing law.
    static let variance = Streams(normal: .varianceNormal)
  }

  /// Row i, column j: what one independent normal j adds to asset i; `[asset][asset]`.
  let coefficients: [Double]
  /// `nil` where nothing is drawn and the scale stays one.
  let mixing: TabulatedQuantile?
  var streams = Streams.path

  /// Fills the tile's `moves` with coefficients x normals and its `scale` with the mixing law.
  func draw(_ tile: inout WalkTile) {
    let (path, step) = (UInt32(tile.firstPath), UInt32(tile.steps.lowerBound))
    let count = Int32(tile.steps.count)
    ck_normal_tile(
      tile.seed, path, step, count, streams.normal.rawValue, Int32(tile.normalRowCount),
      &tile.normals)
    if streams.normal == .priceNormal, let points = tile.points { points.replace(&tile) }
    if tile.isPaired { tile.mirrorNormals() }
    BLAS.multiply(
      coefficients, rowCount: tile.assetCount, columns: tile.normals, into: &tile.moves)
    if let mixing {
      ck_tabulated_tile(
        tile.seed, path, step, count, streams.mixing.rawValue, mixing.coefficients, &tile.scale)
      if tile.isPaired { tile.repeatScale() }
    }
  }
}
