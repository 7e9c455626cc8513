namespace BioLearn.ML.Networks;

/// <summary>Going on where another trainer stopped.</summary>
public sealed partial class NetworkTrainer<T>
{
    /// <summary>Copies of what the optimizer remembers.</summary>
    internal IReadOnlyList<TensorMemory<T>> Remember() => _optimizer.Remember();

    /// <summary>Counts on from another trainer's epochs and steps, with its optimizer's memory. Before the first step.</summary>
    internal void GoOn(int epochs, long steps, IEnumerable<TensorMemory<T>>? memory)
    {
        Epoch = epochs;
        Context.Number = steps - 1;
        _optimizer.Recall(memory ?? [], Network.Parameters);
    }
}
