using System.Numerics.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>What multiplies the activities of layers: gates that are drawn for a step, and gates that an instruction opens.</summary>
public sealed unsafe partial class LearningContext<T>
{
    private readonly bool[] _gateSet;
    private readonly Signal<T>[] _gateRows;
    private readonly int[]?[] _gateRowOf;
    private readonly OpenUnits?[] _openUnits;
    private int[] _groupOfRow = [];
    private bool _selected;

    /// <summary>What the samples of the mini-batch are asked; null for nothing.</summary>
    public BatchInstructions<T>? Instructions { get; private set; }

    /// <summary>
    /// The gates of a layer that its samples' instructions open, to be written once a mini-batch, before the pass up: 0 closes a unit, 1 opens
    /// it. Until then all are open.
    /// </summary>
    /// <param name="layer">Layer l, from 1; it has an <see cref="InstructionGate"/>.</param>
    /// <returns>[distinct instructions, outputs of l], in the order of <see cref="BatchInstructions{T}.Vectors"/>; write every number.</returns>
    /// <exception cref="InvalidOperationException">The mini-batch has no instructions.</exception>
    public Signal<T> OpenGates(int layer)
    {
        BatchInstructions<T> instructions = Instructions ?? throw new InvalidOperationException("The mini-batch has no instructions; give Begin or Observe one a sample.");
        Signal<T> all = Scratch("gates", layer, Layer(layer).Output.Size), gates = all.Take(instructions.Vectors.Batch);
        UseGates(layer, gates, instructions.OfSample);
        return gates;
    }

    /// <summary>The gates of a layer for a sample, as its pass up takes or took them: one number an output of the layer.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="sample">The sample, from 0.</param>
    /// <returns>A view, valid until the next step; empty where the layer is not gated.</returns>
    public ReadOnlySpan<T> Gates(int layer, int sample)
    {
        if (!IsGated(Layer(layer)))
            return default;
        Signal<T> gates = GatesOf(layer);
        return gates.Row(RowOf(layer, sample));
    }

    /// <summary>Gates that are kept elsewhere, such as from batch to batch, and which of their rows each sample has.</summary>
    internal void UseGates(int layer, Signal<T> rows, ReadOnlySpan<int> rowOfSample)
    {
        _gateRows[layer - 1] = rows;
        _gateSet[layer - 1] = true;
        rowOfSample.CopyTo(_gateRowOf[layer - 1] ??= new int[_capacity]);
        if (_selected)
            SelectAll();
    }

    /// <summary>Whether products leave out what instructions close; they give the same numbers either way.</summary>
    internal bool SkipsClosedUnits { get; set; } = true;

    /// <summary>
    /// The gates of all layers are set, in rows that they share: products of fully connected layers leave out what is closed, where that is less work, until the next
    /// mini-batch or the next change of gates.
    /// </summary>
    /// <param name="keys">A key for each row of gates, under which parts of weights may be kept while nobody teaches the network; null for none.</param>
    internal void SkipClosedUnits(Func<int, object>? keys)
    {
        if (!SkipsClosedUnits)
            return;
        for (int l = 1; l <= Depth; l++)
        {
            Layer layer = Layer(l);
            bool above = IsInstructed(l), below = layer.Source > 0 && IsInstructed(layer.Source);
            if (!layer.IsFullyConnected || !(above || below) || (layer.Readout is not null))
                continue;
            OpenUnits open = _openUnits[l - 1] ??= new OpenUnits();
            Group(open, layer, above, below, keys);
            if (!DenseParts<T>.Pays(open, layer.Units.Size, layer.Input.Size))
                continue;
            _maps[l - 1].Select(open);
            _selected = true;
        }
    }

    private bool IsInstructed(int layer) => Layer(layer).Gating is { IsInstructed: true } && _gateRows[layer - 1].Width > 0;

    private void Group(OpenUnits open, Layer layer, bool above, bool below, Func<int, object>? keys)
    {
        open.Clear();
        int gated = above ? layer.Index : layer.Source, rows = _gateRows[gated - 1].Batch;
        if (_groupOfRow.Length < rows)
            Array.Resize(ref _groupOfRow, rows);
        Span<int> groupOfRow = _groupOfRow.AsSpan(0, rows);
        groupOfRow.Fill(-1);
        for (int b = 0; b < Batch; b++)
        {
            int row = _gateRowOf[gated - 1]![b];
            if (groupOfRow[row] < 0)
            {
                groupOfRow[row] = open.Count;
                OpenUnits.Group added = open.Add();
                if (above)
                    added.SetOutputs<T>(_gateRows[layer.Index - 1].Row(row));
                if (below)
                    added.SetInputs<T>(_gateRows[layer.Source - 1].Row(row));
                added.Key = keys?.Invoke(row);
            }
            open.Groups[groupOfRow[row]].AddSample(b);
        }
    }

    private void SelectAll()
    {
        foreach (SynapticMap<T> map in _maps)
            map.Select(null);
        _selected = false;
    }

    private void Instruct(BatchInstructions<T>? instructions)
    {
        Instructions = instructions;
        Array.Clear(_gateSet);
        Array.Clear(_gateRows);
        if (_selected)
            SelectAll();
        foreach (SynapticMap<T> map in _maps)
            map.Instruct(instructions);
    }

    private bool IsGated(Layer layer) => layer.Gating is { } gating && (_learning || gating.InPrediction);

    /// <summary>The gates of this step, the same for all its phases: a row a sample, or rows that samples share.</summary>
    private Signal<T> GatesOf(int layer)
    {
        if (!_gateSet[layer - 1])
            Layer(layer).Gating!.Fill(this, layer, Scratch("gates", layer, Layer(layer).Output.Size));
        _gateSet[layer - 1] = true;
        return _gateRows[layer - 1].Width > 0 ? _gateRows[layer - 1] : Scratch("gates", layer, Layer(layer).Output.Size);
    }

    private int RowOf(int layer, int sample) => _gateRows[layer - 1].Width > 0 ? _gateRowOf[layer - 1]![sample] : sample;

    private void MultiplyByGates(int layer, Signal<T> from, Signal<T> to)
    {
        Signal<T> gates = GatesOf(layer);
        if (_gateRows[layer - 1].Width == 0)
        {
            TensorPrimitives.Multiply(from.Span, gates.Span, to.Span);
            return;
        }
        int[] rowOf = _gateRowOf[layer - 1]!;
        for (int b = 0; b < from.Batch; b++)
            TensorPrimitives.Multiply(from.Row(b), gates.Row(rowOf[b]), to.Row(b));
    }
}
