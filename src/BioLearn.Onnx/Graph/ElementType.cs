namespace BioLearn.Onnx.Graph;

/// <summary>The element types of ONNX that this library reads, with the format's own numbers.</summary>
internal enum ElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    BFloat16 = 16,
}
