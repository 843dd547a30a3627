import Foundation
import Runner
import Testing

@Suite("CSV writing")
struct CSVWriterTests {
  private let columns = [
    ColumnDescription("name", .text, "Words."), ColumnDescription("value", .float64, "Numbers."),
  ]

  private func written(_ rows: [(String?, Double)]) throws -> String {
    let folder = try TemporaryFolder()
    var writer = try CSVWriter(AtomicFile(path: folder.path + "/a.csv"), columns: columns)
    for (text, value) in rows {
      try writer.cell(text)
      try writer.cell(value)
      writer.endRow()
    }
    #expect(try writer.commit() == rows.count)
    return try folder.text("a.csv")
  }

  @Test("Cells with commas, quotes and line ends are quoted as in RFC 4180, lines end in LF")
  func quoting() throws {
    let text = try written([("a,b", 1.5), ("say \"x\"", 0), ("two\nlines", 2)])
    #expect(text == "name,value\n\"a,b\",1.5\n\"say \"\"x\"\"\",0.0\n\"two\nlines\",2.0\n")
  }

  @Test("What is not a finite number is an empty cell, and minus zero is zero")
  func missing() throws {
    let text = try written([(nil, .nan), ("b", .infinity), ("c", -.infinity), ("d", -0.0)])
    #expect(text == "name,value\n,\nb,\nc,\nd,0.0\n")
  }

  @Test("Text that a spreadsheet would run is kept text")
  func formulas() throws {
    let text = try written([("=1+1", 1), ("-x", 1), ("@x", 1), ("+x", 1), ("x=1", 1)])
    #expect(text == "name,value\n'=1+1,1.0\n'-x,1.0\n'@x,1.0\n'+x,1.0\nx=1,1.0\n")
  }

  @Test(
    "Numbers come back bit for bit",
    arguments: [
      0.1, 1.0 / 3, Double.leastNonzeroMagnitude, 1.7976931348623157e308, 123_456_789.123, -2.5e-7,
    ])
  func roundTrip(_ value: Double) throws {
    let text = try written([("x", value)])
    let cell = try #require(text.split(separator: "\n").last?.split(separator: ",").last)
    #expect(Double(String(cell)) == value)
  }

  @Test("Integers and booleans have their own spelling")
  func types() throws {
    let folder = try TemporaryFolder()
    let columns = [
      ColumnDescription("a", .int32, ""), ColumnDescription("b", .boolean, ""),
      ColumnDescription("c", .int64, ""),
    ]
    var writer = try CSVWriter(AtomicFile(path: folder.path + "/a.csv"), columns: columns)
    try writer.cell(3, as: .int32)
    try writer.cell(1, as: .boolean)
    try writer.cell(.nan, as: .int64)
    writer.endRow()
    _ = try writer.commit()
    #expect(try folder.text("a.csv") == "a,b,c\n3,true,\n")
  }

  @Test("A full device is reported with the system's reason")
  func fullDevice() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let stream = TextStream(descriptor: descriptor, name: "the device")
    #expect(throws: OutputError.writeFailed(path: "the device", errno: ENOSPC)) {
      try stream.write("x")
    }
  }

  @Test("A closed pipe is told apart from a failed write")
  func closedPipe() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    TextStream.ignoreBrokenPipes()
    close(ends[0])
    defer { close(ends[1]) }
    let stream = TextStream(descriptor: ends[1], name: "the pipe")
    #expect(throws: OutputError.closedPipe) { try stream.write("x") }
  }
}
