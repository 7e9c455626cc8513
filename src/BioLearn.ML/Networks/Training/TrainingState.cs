using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// Where a training stands beside the parameters: what a further one needs to go on as if there had been no stop. The place in a learning-rate
/// schedule is the number of epochs.
/// </summary>
/// <param name="Rule">Saved name of the rule.</param>
/// <param name="Seed">Seed of orders and noise.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="Steps">Learning steps done.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Memory">What the optimizer remembers; null if that is lost.</param>
/// <param name="SavesMemory">Whether saved models have it.</param>
internal sealed record TrainingState(string Rule, int Seed, int Epochs, long Steps, OptimizerKind Optimizer, IReadOnlyList<TensorMemory<float>>? Memory, bool SavesMemory)
{
    /// <summary>The state in which a training begins: an initial model's, as far as rule, seed and optimizer are the same; what is not goes into the log.</summary>
    /// <param name="initial">The initial model's state, or null.</param>
    /// <param name="goesOn">Whether there is an initial model.</param>
    /// <param name="rule">Saved name of the rule that will teach.</param>
    /// <param name="seed">The seed that the user gave, or null.</param>
    /// <param name="drawn">The seed of a new training.</param>
    /// <param name="optimizer">The optimizer that will move the parameters.</param>
    /// <param name="savesMemory">Whether saved models have its memory.</param>
    /// <param name="run">The log.</param>
    public static TrainingState Begin(TrainingState? initial, bool goesOn, string rule, int? seed, int drawn, OptimizerKind optimizer, bool savesMemory, TrainingRun run)
    {
        TrainingState anew = new(rule, seed ?? drawn, 0, 0, optimizer, null, savesMemory);
        if (!goesOn)
            return anew;
        if (initial is null || initial.Rule != rule)
        {
            run.Info(initial is null
                ? "The initial model does not say how long it was taught: epochs and steps are counted from 0, and the optimizer begins anew."
                : $"The initial model was taught by {initial.Rule}: epochs and steps of {rule} are counted from 0, and the optimizer begins anew.");
            return anew;
        }
        bool remembers = initial.Memory is not null && initial.Optimizer == optimizer;
        string lost = remembers || Optimizer<float>.MeansOf(optimizer) == 0 ? ""
            : initial.Optimizer != optimizer ? $"; the optimizer begins anew, since the initial model was taught with {initial.Optimizer} and not {optimizer}"
            : "; the optimizer begins anew, since the initial model was saved without its state";
        run.Info($"Goes on after epoch {initial.Epochs}, step {initial.Steps}{lost}.");
        return anew with { Seed = seed ?? initial.Seed, Epochs = initial.Epochs, Steps = initial.Steps, Memory = remembers ? initial.Memory : null };
    }

    /// <summary>Writes a state into a saved model.</summary>
    public static void Save(TrainingState? state, ModelWriter writer)
    {
        writer.Fields.Write(state is not null);
        if (state is null)
            return;
        writer.Fields.Write(state.Rule);
        writer.Fields.Write(state.Seed);
        writer.Fields.Write(state.Epochs);
        writer.Fields.Write(state.Steps);
        writer.WriteName(state.Optimizer);
        writer.Fields.Write(state.SavesMemory);
        bool hasMemory = state.SavesMemory && state.Memory is not null;
        writer.Fields.Write(hasMemory);
        if (!hasMemory)
            return;
        writer.Fields.Write(state.Memory!.Count);
        foreach (TensorMemory<float> tensor in state.Memory)
        {
            writer.Fields.Write(tensor.Key);
            writer.Fields.Write(tensor.Steps);
            writer.WriteTensor<float>(StreamOf(tensor.Key, 1), tensor.First);
            if (tensor.Second is { } second)
                writer.WriteTensor<float>(StreamOf(tensor.Key, 2), second);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null for models of before version 3, which had none.</summary>
    /// <param name="reader">The model.</param>
    /// <param name="lengths">Length of every tensor of the model.</param>
    public static TrainingState? Load(ModelReader reader, IReadOnlyDictionary<string, long> lengths)
    {
        if (reader.ComponentVersion < 3 || !reader.Fields.ReadBoolean())
            return null;
        string rule = reader.Fields.ReadString();
        int seed = reader.Fields.ReadInt32(), epochs = reader.ReadCount("number of epochs", 0, int.MaxValue);
        long steps = reader.Fields.ReadInt64();
        if (steps < 0)
            throw reader.Damaged($"the number of steps is {steps}, expected at least 0");
        OptimizerKind optimizer = reader.ReadName<OptimizerKind>("optimizer", namedSince: 3, []);
        TrainingState state = new(rule, seed, epochs, steps, optimizer, null, reader.Fields.ReadBoolean());
        if (!reader.Fields.ReadBoolean())
            return state;
        TensorMemory<float>[] memory = new TensorMemory<float>[reader.ReadCount("tensors of the optimizer", 0, lengths.Count)];
        int means = Optimizer<float>.MeansOf(optimizer);
        for (int i = 0; i < memory.Length; i++)
        {
            string key = reader.Fields.ReadString();
            int made = reader.ReadCount($"steps of the tensor {key}", 1, int.MaxValue);
            if (means == 0 || !lengths.TryGetValue(key, out long length))
                throw reader.Damaged($"{optimizer} remembers a tensor {key}, which is not here");
            memory[i] = new(key, made, reader.ReadTensor<float>(StreamOf(key, 1), length), means == 2 ? reader.ReadTensor<float>(StreamOf(key, 2), length) : null);
        }
        return state with { Memory = memory };
    }

    private static string StreamOf(string key, int mean) => $"Optimizer{mean}.{key.Replace('/', '.')}";
}
