using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>What an optimizer remembers of one tensor.</summary>
/// <param name="Key">The tensor.</param>
/// <param name="Steps">Steps that it has made.</param>
/// <param name="First">The first running mean, of the tensor's length: momentum, Adam's m, RMSprop's v.</param>
/// <param name="Second">The second running mean, Adam's v; null for other optimizers.</param>
internal sealed record TensorMemory<T>(string Key, int Steps, T[] First, T[]? Second);

/// <summary>What outlives an optimizer, so that another may go on where it stopped.</summary>
internal sealed partial class Optimizer<T>
{
    /// <summary>Running means a tensor.</summary>
    public static int MeansOf(OptimizerKind kind) => kind switch
    {
        OptimizerKind.Sgd => 0,
        OptimizerKind.Adam or OptimizerKind.AdamW => 2,
        _ => 1,
    };

    /// <summary>Copies of all running means, in the order of the tensors' keys.</summary>
    public IReadOnlyList<TensorMemory<T>> Remember() =>
    [
        .. _states.Where(s => s.Value.First is not null).OrderBy(s => s.Key.Key, StringComparer.Ordinal)
            .Select(s => new TensorMemory<T>(s.Key.Key, s.Value.Steps, CopyOf(s.Value.First!, s), s.Value.Second is { } second ? CopyOf(second, s) : null)),
    ];

    /// <summary>Running means row by row, however they lie, and after all steps.</summary>
    private static unsafe T[] CopyOf(NativeBuffer<T> means, KeyValuePair<Parameter<T>, State> of)
    {
        if (of.Value.Columns is null)
            return means.Span.ToArray();
        of.Key.CatchUp();
        T[] copy = GC.AllocateUninitializedArray<T>(means.Length);
        fixed (T* to = copy)
            Transposition.Run(of.Key.Columns, of.Key.Rows, means.Pointer, of.Key.Rows, to, of.Key.Columns);
        return copy;
    }

    /// <summary>Takes up the running means of another optimizer of this kind; those of tensors that are not here are passed over.</summary>
    public void Recall(IEnumerable<TensorMemory<T>> memory, IEnumerable<Parameter<T>> parameters)
    {
        Dictionary<string, Parameter<T>> known = parameters.ToDictionary(p => p.Key);
        foreach (TensorMemory<T> tensor in memory)
        {
            if (!known.TryGetValue(tensor.Key, out Parameter<T>? parameter) || parameter.Values.Length != tensor.First.Length)
                continue;
            State state = StateOf(parameter);
            state.Steps = tensor.Steps;
            state.First = Copy(tensor.First);
            state.Second = tensor.Second is { } second ? Copy(second) : null;
        }

        static NativeBuffer<T> Copy(T[] values)
        {
            NativeBuffer<T> buffer = new(values.Length);
            values.CopyTo(buffer.Span);
            return buffer;
        }
    }
}
