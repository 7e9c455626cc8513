using Microsoft.ML;
using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace BioLearn.ML.Hosting;

/// <summary>A column that a component needs: its role ("feature", "label"), its name and its type. Its checks throw what ML.NET's own trainers throw, in the same words.</summary>
internal sealed record InputColumn
{
    private readonly SchemaShape.Column[] _expected;

    private InputColumn(string role, string name, params SchemaShape.Column[] expected) => (Role, Name, _expected) = (role, name, expected);

    private InputColumn(string role, string name, VectorKind kind, DataViewType itemType, bool isKey = false)
        : this(role, name, MlNetInterop.ShapeColumn(name, kind, itemType, isKey))
    {
    }

    public string Role { get; }

    public string Name { get; }

    /// <summary>A vector of float whose length is known.</summary>
    public static InputColumn FloatVector(string role, string name) => new(role, name, VectorKind.Vector, NumberDataViewType.Single);

    public static InputColumn Float(string role, string name) => new(role, name, VectorKind.Scalar, NumberDataViewType.Single);

    public static InputColumn Boolean(string role, string name) => new(role, name, VectorKind.Scalar, BooleanDataViewType.Instance);

    /// <summary>A key: 0 is missing, 1 the first class.</summary>
    public static InputColumn Key(string role, string name) => new(role, name, VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true);

    /// <summary>A key, or a vector of float whose length is known.</summary>
    public static InputColumn KeyOrFloatVector(string role, string name) => new(role, name, [.. Key(role, name)._expected, .. FloatVector(role, name)._expected]);

    /// <summary>A column of any other scalar type, such as an image.</summary>
    public static InputColumn Scalar(string role, string name, DataViewType type) => new(role, name, VectorKind.Scalar, type);

    /// <summary>The column in a schema that estimators pass on before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not there, or has another type.</exception>
    public SchemaShape.Column CheckIn(SchemaShape inputSchema)
    {
        foreach (var column in inputSchema)
        {
            if (column.Name == Name)
                return Fits(column) ? column : throw new ArgumentOutOfRangeException(nameof(inputSchema), Mismatch(string.Join(" or ", _expected.Select(MlNetInterop.TypeWords)), MlNetInterop.TypeWords(column)));
        }

        throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Could not find {Role} column '{Name}'");
    }

    /// <summary>The column in the schema of data; <paramref name="size"/>, where given, is the length that a vector must have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not there, or has another type or length.</exception>
    public DataViewSchema.Column CheckIn(DataViewSchema inputSchema, int? size = null)
    {
        CheckIn(MlNetInterop.Shape(inputSchema));
        var column = inputSchema[Name];
        if (size is { } length && column.Type is VectorDataViewType vector && vector.Size != length)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), Mismatch(new VectorDataViewType(vector.ItemType, length).ToString(), column.Type.ToString()));
        return column;
    }

    private string Mismatch(string? expected, string? actual)
        => $"Schema mismatch for {Role} column '{Name}': expected {expected}, got {actual}";

    private bool Fits(SchemaShape.Column column)
        => Array.Exists(_expected, expected => column.Kind == expected.Kind && column.IsKey == expected.IsKey && SameItem(column.ItemType, expected.ItemType));

    // Types with parameters, such as an image with its size, are compared by what they are, not by the parameters.
    private static bool SameItem(DataViewType actual, DataViewType expected)
        => actual.Equals(expected) || (expected is not PrimitiveDataViewType && actual.GetType() == expected.GetType());
}
